// The errno campaign: each mutating system call, and each that reads the project, answers with an error.
// node test/campaign/errno.mjs [--most N]   N places of `apply`, a twentieth of that of the command.
// One line an engine; exit 1 when something broke, and how to try that place again.
import { parseArgs } from 'node:util';
import { campaign } from './kill.mjs';
import { commandCampaign } from './kill-command.mjs';

const { values } = parseArgs({ options: { most: { type: 'string', default: '2000' } } });
const most = Number(values.most);
await told('apply', () => campaign('fault', most));
await told('the command', () => commandCampaign('fault', { most: Math.ceil(most / 20) }));

async function told(name, run) {
  const started = performance.now();
  const { points, tried, missed, broken } = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `errno, ${name}: ${tried} of ${points} points, ${missed} missed, ` +
      `${broken.length} broken, ${seconds} s`,
  );
  for (const fault of broken) console.log(`  ${fault}`);
  if (broken.length > 0) process.exitCode = 1;
}

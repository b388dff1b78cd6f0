// `npm run campaign [NAME …]`: the long runs; without a name all of them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CAMPAIGNS = ['kill', 'kill-command'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !CAMPAIGNS.includes(name));
if (unknown.length > 0) {
  console.error(`no campaign ${unknown.join(', ')}; there is: ${CAMPAIGNS.join(', ')}`);
  process.exit(64);
}
// What is tried is what is built from the sources as they are.
const build = fileURLToPath(new URL('../../src/codegen/build.mjs', import.meta.url));
if (spawnSync(process.execPath, [build], { stdio: 'inherit' }).status !== 0) process.exit(1);
for (const name of wanted.length > 0 ? wanted : CAMPAIGNS) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

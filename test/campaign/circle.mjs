// Servers in random states. circle: collect, import, plan --from, and no plan changes a server. drift: one declared
// property is changed by hand after the import, and exactly that one is told, on its side. What is wrong is printed
// with the number of the state, which tries it again. States of which nothing is declared do not count for drift.
// node test/campaign/circle.mjs [--only circle|drift] [--states N] [--first N]
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
const { startShell } = await import('../powershell/shell.ts');
const { faultsOfCircle } = await import('../powershell/circle.ts');
const { faultsOfDrift } = await import('../powershell/altered.ts');

const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? usual : process.argv[at + 1];
};
const [states, first] = [Number(option('--states', 2000)), Number(option('--first', 1))];
const only = option('--only', '');
const parts = { circle: faultsOfCircle, drift: faultsOfDrift };
const wanted = Object.entries(parts).filter(([name]) => only === '' || name === only);
for (const [name, faultsOf] of wanted) await campaign(name, faultsOf);

async function campaign(name, faultsOf) {
  const shell = await startShell();
  const began = Date.now();
  let [seed, tried, broken] = [first, 0, 0];
  for (; tried < states; seed++) {
    const faults = await faultsOf(shell, seed).catch(error => [String(error)]);
    if (faults === undefined) continue;
    tried++;
    if (faults.length > 0) broken++;
    for (const fault of faults) console.log(`state ${seed}: ${fault}`);
    if (tried % 200 === 0) console.log(`${name}: ${tried} tried, ${broken} broken`);
  }
  await shell.close();
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(
    `${name}: ${tried} states from ${first} to ${seed - 1}, ${broken} broken, ${seconds} s`,
  );
  if (broken > 0) process.exitCode = 1;
}

// Servers in random states: collect, import, plan --from. What any of them changes, or does not write, is printed
// with its number, which tries it again.
// node test/campaign/circle.mjs [--states N] [--first N]
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
const { startShell } = await import('../powershell/shell.ts');
const { faultsOfCircle } = await import('../powershell/circle.ts');

const option = (name, usual) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const [states, first] = [option('--states', 2000), option('--first', 1)];
const shell = await startShell();
const began = Date.now();
let broken = 0;
for (let seed = first; seed < first + states; seed++) {
  const faults = await faultsOfCircle(shell, seed).catch(error => [String(error)]);
  if (faults.length > 0) broken++;
  for (const fault of faults) console.log(`state ${seed}: ${fault}`);
}
await shell.close();
const seconds = Math.round((Date.now() - began) / 1000);
console.log(`circle: ${states} states from ${first}, ${broken} broken, ${seconds} s`);
process.exitCode = broken > 0 ? 1 : 0;

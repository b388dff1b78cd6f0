// The tamper campaign: the files of a project are edited at random, and each edit must be refused by name
// or say the same as before.
// node test/campaign/tamper.mjs [--seed N] [--cases N] [--only N]   one line a file; exit 1: one was not noticed
import { register } from 'node:module';
import { parseArgs } from 'node:util';

register('./typescript.mjs', import.meta.url);
const { tamper } = await import('./tamper/campaign.ts');
const number = { type: 'string' };
const { values } = parseArgs({ options: { seed: number, cases: number, only: number } });
const started = performance.now();
const { tried, refused, same, unnoticed } = await tamper({
  seed: Number(values.seed ?? 1),
  cases: Number(values.cases ?? 200_000),
  ...(values.only && { only: Number(values.only) }),
});
for (const [name, codes] of refused) {
  const counts = [...codes].map(([code, count]) => `${code} ${count}`).join(', ');
  console.log(`${name}: ${counts}; says the same ${same.get(name)}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`tamper: ${tried} edits, ${unnoticed.length} unnoticed, ${seconds} s`);
for (const one of unnoticed.slice(0, 50)) console.log(`  ${one}`);
process.exitCode = unnoticed.length > 0 ? 1 : 0;

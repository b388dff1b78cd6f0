// `npm run campaign [NAME …] [-- --OPTION …]`: the long runs; without a name all of them. Options
// are the one campaign's that is named.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CAMPAIGNS = [
  'kill',
  'kill-command',
  'errno',
  'full-disk',
  'processes',
  'models',
  'tamper',
  'script-mutants',
  'circle',
];

const said = process.argv.slice(2);
const first = said.findIndex(word => word.startsWith('-'));
const wanted = first < 0 ? said : said.slice(0, first);
const options = said.slice(wanted.length);
const unknown = wanted.filter(name => !CAMPAIGNS.includes(name));
if (unknown.length > 0 || (options.length > 0 && wanted.length !== 1)) {
  console.error(`no campaign ${unknown.join(', ')}; there is: ${CAMPAIGNS.join(', ')}`);
  process.exit(64);
}
// What is tried is what is built from the sources as they are.
const build = fileURLToPath(new URL('../../src/codegen/build.mjs', import.meta.url));
if (spawnSync(process.execPath, [build], { stdio: 'inherit' }).status !== 0) process.exit(1);
for (const name of wanted.length > 0 ? wanted : CAMPAIGNS) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

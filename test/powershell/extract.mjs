// The project's own copy of the documented parameter sets: only of commands that scripts call.
//   node test/powershell/extract.mjs CMDLETS.json WINDOWS-POWERSHELL.json
// The two inputs are reference data in the form { name: { applicable?, default?, sets, values? } }.
// Every word of a template, a runbook, a fixture or a script of the vendor's that is the name of a
// documented command is kept.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'test/powershell/documented.json');
const sources = process.argv.slice(2);
if (sources.length !== 2) {
  console.error('usage: node test/powershell/extract.mjs CMDLETS.json WINDOWS-POWERSHELL.json');
  process.exit(64);
}

const known = new Map();
for (const source of sources) {
  for (const [name, command] of Object.entries(JSON.parse(readFileSync(source, 'utf8')))) {
    known.set(name.toLowerCase(), { name, command });
  }
}
const words = new Set(
  ['templates', 'src/render', 'test/language/fixtures', 'test/powershell/vendor']
    .flatMap(folder => filesBelow(join(root, folder)))
    .filter(path => /\.(liquid|ps1|ts|yaml)$/.test(path))
    .flatMap(path => readFileSync(path, 'utf8').match(/\b[A-Za-z]+-[A-Za-z]\w*/g) ?? [])
    .map(word => word.toLowerCase()),
);
const kept = [...words]
  .flatMap(word => known.get(word) ?? [])
  .sort((a, b) => (a.name < b.name ? -1 : 1));
writeFileSync(
  target,
  `{\n${kept.map(({ name, command }) => `${JSON.stringify(name)}: ${lines(command)}`).join(',\n')}\n}\n`,
);
console.log(`${kept.length} commands in test/powershell/documented.json`);

/** One line a parameter set: short enough to review, long enough to be found by grep. */
function lines({ module, applicable, default: first, sets, values }) {
  const marked = first ?? Object.keys(sets).find(set => set.endsWith(' (Default)'));
  const facts = { module, applicable, default: marked, values };
  const head = Object.entries(facts).filter(([, value]) => value !== undefined);
  const body = Object.entries(sets).map(
    ([set, all]) => `    ${JSON.stringify(set)}: ${JSON.stringify(all)}`,
  );
  return `{\n${head.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('')}  "sets": {\n${body.join(',\n')}\n  }\n}`;
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

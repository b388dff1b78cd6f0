// Makes every generated file: node src/codegen/generate.mjs [--check]
// With --check nothing is written; a stale file is named and the exit code is 1.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCatalog } from './catalog.mjs';
import { generateCodes } from './codes.mjs';
import { faultsOfProducts } from './product-files.mjs';
import { generateRefusals } from './refusals.mjs';
import { generateSchemas } from './schemas.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const faults = faultsOfProducts(root);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
const outputs = [
  ...generateCodes(root),
  ...generateCatalog(root),
  ...generateRefusals(root),
  ...(await generateSchemas(root)),
];
const check = process.argv.includes('--check');
let stale = 0;
for (const { path, text } of outputs) {
  if (current(path) === text) continue;
  stale++;
  if (check) {
    console.error(`stale: ${relative(root, path)}; run: npm run generate`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
process.exitCode = check && stale > 0 ? 1 : 0;

function current(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

// templates/<family>/{product,schema}.yaml: against their schema and against each other.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { familyFolders } from './families.mjs';
import { readFormats } from './schemas.mjs';
import { createAjv } from './validators.mjs';

/** Everything that is wrong with the product files: file, path, fault; one a line. */
export function faultsOfProducts(root) {
  const valid = createAjv().compile(readFormats(root).product);
  const codes = readCodes(root);
  const owners = new Map();
  return familyFolders(root).flatMap(folder => {
    try {
      return faultsOf({ root, folder, valid, codes, owners });
    } catch (error) {
      return [`templates/${folder}: ${error.message}`];
    }
  });
}

function faultsOf({ root, folder, valid, codes, owners }) {
  const file = `templates/${folder}/product.yaml`;
  const product = read(join(root, file));
  if (!valid(product)) return valid.errors.map(error => `${file}: ${worded(error)}`);
  const schema = read(join(root, `templates/${folder}/schema.yaml`));
  return [
    ...(product.family === folder ? [] : ['/family: is not the name of the folder']),
    ...taken([...Object.keys(product.versions), ...Object.keys(product.features)], folder, owners),
    ...(product.shapes ?? [])
      .filter(({ code }) => !codes.has(code))
      .map(({ code }) => `/shapes: ${code} is not in templates/diagnostics`),
    ...mismatch('/features', Object.keys(product.features), Object.keys(schema.features)),
    ...mismatch(
      '/reserved',
      (product.reserved ?? []).map(({ path }) => path),
      Object.keys(schema.reserved ?? {}),
    ),
  ].map(fault => `${file}: ${fault}`);
}

/** Versions and features are known by their name alone, so no two families may share one. */
function taken(names, folder, owners) {
  const faults = names
    .filter(name => owners.has(name))
    .map(name => `/: ${name} is already in templates/${owners.get(name)}`);
  for (const name of names) owners.set(name, folder);
  return faults;
}

function worded({ instancePath, message, params }) {
  const detail = params.additionalProperty ?? params.allowedValues?.join(', ') ?? '';
  return `${instancePath || '/'}: ${message} ${detail}`.trimEnd();
}

function mismatch(path, here, there) {
  const missing = here.filter(name => !there.includes(name));
  const surplus = there.filter(name => !here.includes(name));
  return [
    ...missing.map(name => `${path}: ${name} is missing in schema.yaml`),
    ...surplus.map(name => `${path}: ${name} stands only in schema.yaml`),
  ];
}

function readCodes(root) {
  const folder = join(root, 'templates/diagnostics');
  const files = readdirSync(folder).filter(name => name.endsWith('.yaml'));
  return new Set(files.flatMap(name => Object.keys(read(join(folder, name)) ?? {})));
}

function read(path) {
  return parse(readFileSync(path, 'utf8'));
}

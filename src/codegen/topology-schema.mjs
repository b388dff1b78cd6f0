// schema/parts/topology/*.yaml + templates/<family>/schema.yaml -> the JSON Schema of the language.
//
// The parts are JSON Schema with four short forms:
//   whole:  what holds only for the topology as a whole, not for one of its files
//   open:   other keys are allowed; every other object with `properties` is closed
//   choose: which of the `properties` an object has, by the value (`by`) or the presence (`when`)
//           of one of them; becomes a chain of if/then/else, so that errors name one branch
//   object: (features) the form of a feature that is declared by an object
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { familyFolders } from './families.mjs';

const ID = 'urn:concordat:schema:topology';
const FEATURE_WORDS = new Set(['on', 'off']);

/** The schema of one file, or (`whole`) of all files of a topology together. */
export function topologySchema(root, { whole }) {
  const parts = readParts(root);
  const families = readFamilies(root);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: ID,
    type: 'object',
    ...parts.header,
    properties: { ...parts.header.properties, ...merged(parts.others, 'properties') },
    $defs: {
      ...merged(parts.others, 'defs'),
      deployment: deployment(families),
      ...Object.fromEntries(families.map(family => [family.name, family.deployment])),
      features: { type: 'object', properties: Object.assign({}, ...families.map(featuresOf)) },
    },
  };
  const common = schema.$defs['deployment-common'];
  common.properties.product.examples = families.flatMap(family => family.ids);
  for (const { name } of families) schema.$defs[name] = joined(common, schema.$defs[name]);
  return expand(schema, { whole, secrets: parts.secrets });
}

/** The pattern of keys that may hold a secret. */
export function secretKeys(root) {
  return readParts(root).secrets.pattern;
}

function readParts(root) {
  const folder = join(root, 'schema/parts/topology');
  const { header, secrets, ...others } = Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map(name => [name.replace('.yaml', ''), read(join(folder, name))]),
  );
  const pattern = secrets.pattern.replace(/[a-z]/g, letter => `[${letter.toUpperCase()}${letter}]`);
  return { header, secrets: { ...secrets, pattern }, others: Object.values(others) };
}

function readFamilies(root) {
  const folder = join(root, 'templates');
  return familyFolders(root).map(name => {
    const product = read(join(folder, name, 'product.yaml'));
    const { features, reserved, ...fragment } = read(join(folder, name, 'schema.yaml'));
    return {
      name,
      features,
      values: Object.fromEntries(
        Object.entries(product.features).map(([feature, facts]) => [feature, facts.values]),
      ),
      ids: Object.keys(product.versions),
      deployment: { ...fragment, properties: { ...fragment.properties, ...refused(reserved) } },
    };
  });
}

/** Editors neither offer these nor take them without a word; a rule refuses them. */
function refused(reserved = {}) {
  return Object.fromEntries(
    Object.entries(reserved).map(([name, schema]) => [
      name,
      { ...schema, deprecationMessage: schema.description },
    ]),
  );
}

/** A deployment is checked by its product's family; of an unknown product, only what all have. */
function deployment(families) {
  return families.reduceRight(
    (rest, { name, ids }) => ({
      if: { type: 'object', properties: { product: { enum: ids } }, required: ['product'] },
      then: { $ref: `#/$defs/${name}` },
      else: rest,
    }),
    { $ref: '#/$defs/deployment-common' },
  );
}

function joined(common, own) {
  const required = [...(common.whole?.required ?? []), ...(own.whole?.required ?? [])];
  return {
    type: 'object',
    properties: { ...common.properties, ...own.properties },
    whole: { required },
  };
}

/** A feature is `on` or `off`, as far as its product has a switch, or an object. */
function featuresOf({ features, values }) {
  return Object.fromEntries(
    Object.entries(features).map(([name, { object, ...words }]) => {
      const choice = values[name].filter(value => FEATURE_WORDS.has(value));
      if (!object) return [name, { ...words, enum: choice }];
      if (choice.length === 0) return [name, { ...words, ...object }];
      return [name, { ...words, if: { type: 'string' }, then: { enum: choice }, else: object }];
    }),
  );
}

function expand(node, options) {
  if (Array.isArray(node)) return node.map(item => expand(item, options));
  if (node === null || typeof node !== 'object') return node;
  const { whole, open, choose, ...schema } = node;
  if (choose) return expand(chain(choose, schema, options.whole), options);
  const full = options.whole ? { ...schema, ...whole } : schema;
  const result = Object.fromEntries(
    Object.entries(full).map(([key, value]) => [key, expandKey(key, value, options)]),
  );
  const closed = result.type === 'object' && result.properties && !open;
  return closed ? close(result, options.secrets) : result;
}

/** Examples, defaults and lists of words are values; a condition must not be closed. */
function expandKey(key, value, options) {
  if (['examples', 'default', 'const', 'enum', 'required', 'if'].includes(key)) return value;
  if (!['properties', '$defs'].includes(key)) return expand(value, options);
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, expand(schema, options)]),
  );
}

function close(schema, { pattern, description }) {
  return {
    ...schema,
    patternProperties: { [pattern]: { description, deprecationMessage: description } },
    additionalProperties: schema.additionalProperties ?? false,
  };
}

/** A union as a chain of conditions, by the presence of one key or by the value of another. */
function chain(choose, { properties, ...rest }, whole) {
  const branch = (keys, required) => ({
    type: 'object',
    properties: Object.fromEntries(keys.map(key => [key, properties[key]])),
    ...(required && { required }),
  });
  if (choose.when) return { ...rest, ...byPresence(choose, branch) };
  const { required } = choose;
  // Of an unknown value only that is said; of an absent one, which another file may state, all.
  const other = { ...branch(Object.keys(properties), required), ...(required && { open: true }) };
  return { ...rest, ...byValue(choose, branch, { other, whole }) };
}

function byPresence({ when, then, else: other }, branch) {
  return {
    if: { type: 'object', required: [when], properties: { [when]: {} } },
    then: branch(then.keys, then.required),
    else: branch(other.keys, other.required),
  };
}

function byValue({ by, branches, required, default: usual }, branch, { other, whole }) {
  return Object.entries(branches).reduceRight((rest, [value, keys]) => {
    const optional = whole && value === usual;
    return {
      if: {
        type: 'object',
        properties: { [by]: { const: value } },
        ...(!optional && { required: [by] }),
      },
      then: branch(keys, required),
      else: rest,
    };
  }, other);
}

function merged(parts, key) {
  return Object.assign({}, ...parts.map(part => part[key] ?? {}));
}

function read(path) {
  return parse(readFileSync(path, 'utf8'));
}

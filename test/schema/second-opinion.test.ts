import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topology } from '../../src/generated/validators.cjs';
import { startEditor, type Editor } from './language-server.ts';
import { properties, readSchema, ROOT } from './walk.ts';

interface Edit {
  readonly from: string;
  readonly to: string;
}
type Example = Partial<Edit> & { readonly base?: string; readonly also?: readonly Edit[] };

const FOLDER = `${ROOT}/templates/diagnostics`;
const MODELINE = '# yaml-language-server: $schema=../../../../schema/topology.schema.json\n';
const schema = readSchema('topology');
const ajv = new Ajv2020({ strict: false, ownProperties: true });
formats.default.default(ajv);
const valid = ajv.compile(schema);
/** Editors speak up where the schema lets something pass for a rule to refuse. */
const refusedByRules = new Set(
  [...properties(schema).map(([, one]) => one), ...Object.values(secretKeys())].map(
    one => (one as { deprecationMessage?: string }).deprecationMessage,
  ),
);

/** Every executable example of the diagnostics catalogue but those about YAML itself. */
const CASES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.yaml') && name !== 'yaml.yaml')
  .flatMap(name => {
    const codes = parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Catalogue;
    return Object.entries(codes).flatMap(([code, { example }]) => textsOf(code, example));
  });

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

describe('two implementations of JSON Schema', () => {
  it('have enough to disagree on', () => {
    expect(CASES.length).toBeGreaterThan(60);
    expect(CASES.filter(({ text }) => !verdict(text)).length).toBeGreaterThan(5);
  });

  it('agree on every example of the diagnostics', async () => {
    const disagreed = await Promise.all(
      CASES.map(async ({ code, base, text }) => {
        const file = `${FOLDER}/base/${base}/${code.replaceAll('/', '-')}.yaml`;
        const { diagnostics } = await editor.open(file, MODELINE + text);
        const faults = diagnostics.filter(one => !refusedByRules.has(one['message'] as string));
        return (faults.length === 0) === verdict(text) ? [] : [code, ...faults];
      }),
    );
    expect(disagreed.flat()).toEqual([]);
  });
});

function verdict(text: string): boolean {
  return valid(parse(text));
}

type Catalogue = Record<string, { readonly example: Example }>;

function textsOf(code: string, { base, from, to, also = [] }: Example) {
  if (base === undefined || from === undefined || to === undefined) return [];
  const file = `${FOLDER}/base/${base}/topology.yaml`;
  const text = [{ from, to }, ...also].reduce(
    (edited, edit) => edited.replace(edit.from, () => edit.to),
    readFileSync(file, 'utf8'),
  );
  return [{ code, base, text }];
}

function secretKeys(): Record<string, unknown> {
  return (schema['patternProperties'] ?? {}) as Record<string, unknown>;
}

describe('the schema of one file and the check of the whole', () => {
  it('differ only in what may stand in another file', () => {
    for (const { code, text } of CASES) {
      const value: unknown = parse(text);
      const whole = topology(value);
      if (whole) expect(verdict(text), code).toBe(true);
      else if (verdict(text)) expect(otherFaults(), code).toEqual([]);
    }
  });

  it.each([
    {},
    { name: 'litware' },
    { realms: { litware: {} }, deployments: { lync: { realm: 'litware' } } },
    { deployments: { lync: { product: 'lync-server-2013' } } },
    { deployments: { lync: { issuer: { certificate: { keySize: 4096 } } } } },
    { deployments: { exchange: { product: 'exchange-server-se', namespaces: {} } } },
  ])('of one file only apiVersion is asked: %j', part => {
    expect(valid({ apiVersion: 'concordat/v1', ...part })).toBe(true);
    expect(topology({ apiVersion: 'concordat/v1', ...part })).toBe(false);
    expect(valid(part)).toBe(false);
  });
});

/** What the whole refuses for another reason than that something is not there. */
function otherFaults(): unknown[] {
  const absent = new Set(['required', 'minProperties', 'if']);
  return (topology.errors ?? []).filter(({ keyword }) => !absent.has(keyword));
}

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CODES } from '../../src/generated/codes.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { ROOT } from '../schema/walk.ts';

const FAMILIES = ['exchange-server', 'skype-for-business-server'];
let copy: string;
const edited = new Map<string, string>();

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'concordat-products-'));
  for (const folder of ['templates', 'schema', 'src/codegen', 'src/generated']) {
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterEach(() => {
  for (const [path, text] of edited) writeFileSync(path, text);
  edited.clear();
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs the copy's generator with the project's libraries. */
function generate(...options: string[]): { status: number | null; stderr: string } {
  const program = join(copy, 'src/codegen/generate.mjs');
  const { status, stderr } = spawnSync(process.execPath, [program, ...options], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text.replace(from, to), `${file}: ${String(from)}`).not.toBe(text);
  edited.set(path, text);
  writeFileSync(path, text.replace(from, to));
}

describe('a wrong product file stops generate, with file and path', () => {
  const product = 'templates/exchange-server/product.yaml';

  it.each([
    ['an unknown key', /^family:/m, 'colour: blue\nfamily:', '/: must NOT have additional'],
    ['a missing fact', /^title: .*\n/m, '', "/: must have required property 'title'"],
    ['a word that is none of the list', 'pinned: allow', 'pinned: maybe', '/realm/pinned: '],
    ['a foreign folder', 'family: exchange-server', 'family: other', '/family: is not the name'],
    ['a reserved key the schema lacks', 'path: serviceName', 'path: x', '/reserved: x is missing'],
    ['a weak key', 'keySizes: [2048]', 'keySizes: [1024]', '/certificate/profile/keySizes/0: '],
    ['a version without a source', /, source: observed[^}]*/, '', '/rollover/publishesNext: '],
  ])('%s', (_, from, to, message) => {
    edit(product, from, to);
    const { status, stderr } = generate('--check');
    expect(status).toBe(1);
    expect(stderr).toContain(`${product}: `);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('text that is not YAML', () => {
    edit(product, 'bases: [metadata]', 'bases: [metadata');
    const { stderr } = generate('--check');
    expect(stderr).toMatch(/^templates\/exchange-server: .* line \d+/m);
    expect(stderr).not.toContain('    at ');
  });

  it('a name that another family has', () => {
    edit(
      'templates/skype-for-business-server/product.yaml',
      'lync-server-2013:\n    title',
      'exchange-server-se:\n    title',
    );
    expect(generate('--check').stderr).toContain('exchange-server-se is already in templates/exc');
  });

  it('a shape whose code nobody explains', () => {
    edit(
      'templates/skype-for-business-server/product.yaml',
      'settings/autodiscover-url',
      'settings/x',
    );
    expect(generate('--check').stderr).toContain(
      '/shapes: settings/x is not in templates/diagnostics',
    );
  });

  it('while a right one passes, and a new version reaches schema and catalog', () => {
    expect(generate('--check').stderr).not.toContain(product);
    edit(
      product,
      'versions:\n',
      `versions:
  exchange-server-next:
    title: Exchange Server Next
    powershell: '5.1'
    framework: '4.8'
    supportEnds: null
    builds: '^16\\.'
    rollover:
      publishesNext: { known: unknown, source: nobody yet }
      refreshesPartners: { known: unknown, source: nobody yet }
`,
    );
    expect(generate('--check').stderr).toContain('stale: schema/topology.schema.json');
    expect(generate().status).toBe(0);
    const read = (file: string): string => readFileSync(join(copy, file), 'utf8');
    expect(read('schema/topology.schema.json')).toContain('exchange-server-next');
    expect(read('src/generated/catalog.ts')).toContain('exchange-server-next');
    expect(generate('--check')).toEqual({ status: 0, stderr: '' });
  });
});

describe('what the product files say', () => {
  const catalog = readCatalog();
  const files = FAMILIES.map(
    name => parse(readFileSync(`${ROOT}/templates/${name}/product.yaml`, 'utf8')) as ProductFile,
  );

  it('has the four versions of the first two families', () => {
    expect([...catalog.products.keys()].sort()).toEqual([
      'exchange-server-2013',
      'exchange-server-se',
      'lync-server-2013',
      'skype-for-business-server-se',
    ]);
  });

  it('knows the ineligible and what each one lacks', () => {
    const ids = [...catalog.ineligible.keys()];
    expect(ids).toEqual(expect.arrayContaining(['lync-server-2010', 'exchange-server-2010']));
    for (const id of ids) {
      expect(catalog.products.has(id)).toBe(false);
      expect(catalog.ineligible.get(id)).toMatch(/^(it|its) .*[^.]$/);
    }
  });

  it.each([
    ['lync-server-2013', '5.0.8308.1182', '6.0.9319.0'],
    ['skype-for-business-server-se', '7.0.2046.216', '5.0.8308.0'],
    ['exchange-server-2013', '15.0.1497.48', '15.1.2507.55'],
    ['exchange-server-se', '15.2.2562.17', '15.0.1497.48'],
  ])('%s is a build like %s and not %s', (id, own, other) => {
    const builds = new RegExp(catalog.products.get(id)?.builds ?? '(?!)');
    expect(builds.test(own)).toBe(true);
    expect(builds.test(other)).toBe(false);
  });

  it('judges the Autodiscover address by its end', () => {
    const shape = catalog.products.get('lync-server-2013')?.shapes[0];
    const pattern = new RegExp(shape?.pattern ?? '', 'i');
    expect(shape && Object.hasOwn(CODES, shape.code)).toBe(true);
    expect(pattern.test('https://a.b/autodiscover/autodiscover.svc')).toBe(true);
    expect(pattern.test('https://a.b/Autodiscover/Autodiscover.svc')).toBe(true);
    for (const wrong of ['xml', 'svc/x', 'svc?x', 'svcx']) {
      expect(pattern.test(`https://a.b/autodiscover/autodiscover.${wrong}`), wrong).toBe(false);
    }
    expect(pattern.test('http://a.b/autodiscover/autodiscover.svc')).toBe(false);
  });

  it('gives a source for what it says of rolls, and counts what is unknown as unknown', () => {
    for (const { versions } of files) {
      for (const { rollover } of Object.values(versions)) {
        for (const { known, source } of Object.values(rollover)) {
          expect(['yes', 'no', 'unknown']).toContain(known);
          expect(source.length).toBeGreaterThan(8);
        }
      }
    }
  });

  it('has a distinct principal for each family, and one realm source', () => {
    const principals = files.map(({ principal }) => principal);
    expect(new Set(principals).size).toBe(FAMILIES.length);
    expect(principals.every(one => one.endsWith('-0000-0ff1-ce00-000000000000'))).toBe(true);
  });

  it('looks only into settings that its schema has', () => {
    for (const name of FAMILIES) {
      const text = readFileSync(`${ROOT}/templates/${name}/product.yaml`, 'utf8');
      const own = parse(readFileSync(`${ROOT}/templates/${name}/schema.yaml`, 'utf8')) as {
        properties: object;
      };
      // Properties of objects that were seen are no settings; they are capitalised.
      const roots = [...text.replace(/^#.*$/gm, '').matchAll(/'[^']*'/g)]
        .flatMap(([quoted]) => [...quoted.matchAll(/\{([a-zA-Z]+)[.?}]/g)])
        .map(([, root = '']) => root)
        .filter(root => !/^[A-Z]/.test(root));
      const known = new Set([...GIVEN, ...Object.keys(own.properties)]);
      expect([...new Set(roots)].filter(root => !known.has(root))).toEqual([]);
    }
  });

  it('has every template text that lies beside it, by its path', async () => {
    const module = pathToFileURL(join(ROOT, 'src/generated/templates.ts')).href;
    const { TEMPLATES } = (await import(module)) as { TEMPLATES: Record<string, string> };
    for (const name of FAMILIES) {
      const texts = readdirSync(`${ROOT}/templates/${name}`).filter(file => /\.liquid$/.test(file));
      for (const file of texts) expect(TEMPLATES).toHaveProperty([`${name}/${file}`]);
    }
  });
});

/** What every expression may look into, beside the deployment's own settings. */
const GIVEN = ['deployment', 'principal', 'application', 'domains', 'realm', 'pinnedRealm'].concat([
  'metadata',
  'metadataHost',
  'partner',
  'other',
  'feature',
  'probe',
  'name',
  'version',
]);

interface ProductFile {
  readonly principal: string;
  readonly versions: Record<
    string,
    { readonly rollover: Record<string, { readonly known: string; readonly source: string }> }
  >;
}

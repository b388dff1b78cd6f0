import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest } from '../../src/kernel/canonical.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { isFault, readDeclared } from '../../src/proof/declared-block.ts';
import { documentedCommands } from '../powershell/shell.ts';
import {
  asRequest,
  describeFindings,
  hasEngine,
  startEngine,
  type Engine,
  type Finding,
} from '../support/engine.ts';
import { scriptsOf, type EmittedScript } from '../support/rendered.ts';
import { isApplicable, isBuiltIn } from './applicable.ts';
import { unlistedCalls, unlistedNames, type Bound, type Named } from './allowed.ts';
import { brokenHabits, missingPreferences } from './habits.ts';
import { renderEverything } from './variants.ts';

interface Documented {
  readonly module?: string;
  readonly applicable?: string;
  readonly default?: string;
}

/** What stands at the top of every script. */
interface Declared {
  readonly Script: string;
  readonly Topology: string;
  readonly Deployment: string;
  readonly Product: string;
  readonly Resources: readonly { readonly Address: string; readonly Digest: string }[];
}

const CODE_PAGES = [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874, 932, 936, 949, 950];
const { products } = readCatalog();
const examples = await renderEverything();
const scripts = examples.flatMap(scriptsOf).map(script => [script.name, script] as const);
/** Commands that scripts call through a variable: what each is held to. */
const computed = readJson<Record<string, Documented & { name: string }>>('computed.json');
const defaults = readJson<Record<string, { default: string; source: string }>>('default-sets.json');

function readJson<Value>(name: string): Value {
  return JSON.parse(
    readFileSync(new URL(`../powershell/${name}`, import.meta.url), 'utf8'),
  ) as Value;
}

function levelOf({ product }: EmittedScript): string {
  return products.get(product)?.powershell ?? '';
}

it('emits scripts for every example that has a trust', () => {
  const trusting = examples.filter(one => one.checked.graph.edges.length > 0);
  expect(trusting.length).toBeGreaterThan(1);
  for (const one of trusting) expect(scriptsOf(one).length, one.name).toBeGreaterThan(8);
});

describe.each(scripts)('%s', (_, script) => {
  it('is ASCII behind a byte-order mark, with the line ends of its shell and none to spare', () => {
    expect([...script.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = Buffer.from(script.bytes.subarray(3)).toString('latin1');
    expect(text).toMatch(/^(?:[\x20-\x7e]*\r\n)+$/);
    expect(text).not.toMatch(/ \r\n|\r\n\r\n\r\n/);
  });
});

describe.skipIf(!hasEngine)('by the engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = startEngine();
    await engine.request('documented', { commands: documentedCommands() });
  });
  afterAll(() => engine.close());

  describe.each(scripts)('%s', (name, script) => {
    it('parses, and uses nothing newer than its shell', async () => {
      const request = { ...asRequest(script), level: levelOf(script) };
      const found = await engine.request<{ errors: Finding[]; newer: Finding[] }>('parse', request);
      expect(describeFindings(name, [...found.errors, ...found.newer])).toEqual([]);
    });

    it('declares what the topology declares, for the prover as for the engine', async () => {
      const declared = await engine.request<Declared>('declared', asRequest(script));
      const read = readDeclared(script.bytes);
      expect(isFault(read) ? read : JSON.parse(JSON.stringify(read.values))).toEqual(declared);
      const { graph, subject } = script.rendered.checked;
      const resources = [...script.rendered.before, ...graph.resources];
      expect(`${script.rendered.name}/${declared.Script}`).toBe(name);
      expect(declared.Topology).toBe(subject.topology.name);
      expect(declared.Product).toBe(script.product);
      const known = new Map(resources.map(one => [one.address as string, one]));
      for (const { Address, Digest } of declared.Resources) {
        expect(Digest).toBe(digest(known.get(Address)?.attributes ?? null));
      }
    });

    it('binds every call to the documented parameter sets', async () => {
      const names = Object.entries(computed).map(([variable, { name }]) => [variable, name]);
      const request = {
        ...asRequest(script),
        level: levelOf(script),
        computed: Object.fromEntries(names),
      };
      const { calls, failures } = await engine.request<{
        calls: Bound[];
        failures: Finding[];
      }>('bind', request);
      expect(describeFindings(name, failures)).toEqual([]);
      expect(calls.length).toBeGreaterThan(0);
      const elsewhere = calls.filter(call => !isApplicable(call.command, script.product));
      expect(elsewhere.map(call => `${name}:${call.line}: ${call.command}`)).toEqual([]);
      const builtIn = calls.filter(({ command }) => isBuiltIn(command));
      expect(builtIn.length).toBeGreaterThan(0);
      expect(unlistedCalls(builtIn, products.get(script.product)!)).toEqual([]);
      expect(brokenHabits(calls)).toEqual([]);
      const text = Buffer.from(script.bytes).toString('latin1');
      expect(missingPreferences(text)).toEqual([]);
    });

    it('names only types and members that are listed for its shell and framework', async () => {
      const named = await engine.request<Named>('types', asRequest(script));
      const unlisted = unlistedNames(named, products.get(script.product)!);
      expect(describeFindings(name, unlisted)).toEqual([]);
    });

    it('is the same stream of tokens in every code page', async () => {
      const streams: Record<string, string> = await engine.request('tokens', {
        ...asRequest(script),
        codePages: CODE_PAGES,
      });
      expect(Object.keys(streams)).toHaveLength(CODE_PAGES.length);
      expect(new Set(Object.values(streams)).size).toBe(1);
    });
  });
});

it('names a source for every default set that the documentation does not mark', () => {
  for (const [name, { default: set, source }] of Object.entries(defaults)) {
    expect(source, name).toMatch(/^(?:assumed|https:)/);
    expect(set, name).not.toBe('');
  }
});

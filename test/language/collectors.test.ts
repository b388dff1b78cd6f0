import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorsFor } from '../../src/products/collectors.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { renderCollector } from '../../src/render/collectors.ts';
import { documentedCommands } from '../powershell/shell.ts';
import {
  asRequest,
  describeFindings,
  hasEngine,
  startEngine,
  type Engine,
  type Finding,
} from '../support/engine.ts';
import { unlistedCalls, unlistedNames, type Bound, type Named } from './allowed.ts';
import { documented, isApplicable, isBuiltIn } from './applicable.ts';
import { missingPreferences } from './habits.ts';

const CODE_PAGES = [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874, 932, 936, 949, 950];
/** The oldest shell that a server of any family may have. */
const OLDEST = { powershell: '3.0', framework: '4.5' };
/** All that a collector does to files: it makes one folder, fills it and gives it its name. */
const FILES = [
  'IO.Directory.CreateDirectory',
  'IO.Directory.Move',
  'IO.File.ReadAllBytes',
  'IO.File.WriteAllBytes',
  'IO.File.WriteAllText',
];
/** Built-in commands that a collector may call; one of them writes, into that folder. */
const BUILT_IN = [
  'Export-Clixml',
  'ForEach-Object',
  'Get-Command',
  'Join-Path',
  'New-Object',
  'Set-StrictMode',
  'Sort-Object',
  'Where-Object',
  'Write-Host',
];
/** Calls that no collector may have, and which of the two checks sees them. */
const BAD: readonly (readonly [
  call: string,
  found: readonly [unknown: boolean, named: boolean],
])[] = [
  ['Set-AuthConfig -Realm x -Confirm:$false', [false, true]],
  ["Remove-CsPartnerApplication -Identity 'x' -Confirm:$false", [false, true]],
  ["Remove-CsNobodyKnows -Identity 'x'", [true, false]],
];
/** What calls say beside what the list says of them. */
const ALWAYS = ['ErrorAction'];

const { products } = readCatalog();
const scripts = collectorsFor().map(one => [one.family, renderCollector(one)] as const);

it('has one collector for each family of servers', () => {
  const families = new Set([...products.values()].map(({ family }) => family));
  expect(new Set(scripts.map(([family]) => family))).toEqual(families);
});

it('is written for the oldest shell that one of its versions has', () => {
  const versions = [...products.values()];
  expect(versions.map(({ powershell }) => Number(powershell)).sort()[0]).toBe(
    Number(OLDEST.powershell),
  );
});

describe.each(scripts)('the collector of %s', (family, script) => {
  const text = Buffer.from(script.bytes).toString('latin1');

  it('is the golden one', () => {
    const file = new URL(`collectors/${script.file}`, import.meta.url);
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, script.bytes);
    expect(text).toBe(readFileSync(file, 'latin1'));
  });

  it('is ASCII behind a byte-order mark, with the line ends of its shell and none to spare', () => {
    expect([...script.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(text.slice(3)).toMatch(/^(?:[\x20-\x7e]*\r\n)+$/);
    expect(text).not.toMatch(/ \r\n|\r\n\r\n\r\n/);
  });

  it('is for each of its versions: one of two names of each command is documented there', () => {
    for (const version of script.versions) {
      const missing = script.commands.filter(
        ({ command, otherwise }) =>
          ![command, otherwise ?? ''].some(name => name !== '' && isApplicable(name, version)),
      );
      expect(missing, version).toEqual([]);
    }
    const families = script.versions.map(version => products.get(version)?.family);
    expect(new Set(families)).toEqual(new Set([family]));
  });

  it('names nothing twice, and the certificates by properties that it reads', () => {
    const names = script.commands.flatMap(({ command, otherwise }) => [command, otherwise ?? []]);
    expect(new Set(names.flat()).size).toBe(names.flat().length);
    const { command, properties } = script.certificates;
    const read = script.commands.find(one => one.command === command)?.properties;
    expect(read).toEqual(expect.arrayContaining([...properties]));
  });

  it('can neither change nor ask: no ShouldProcess, no store opened for writing', () => {
    expect(text).not.toMatch(
      /ShouldProcess|ReadWrite|(?<!Has)PrivateKey(?!Exportable)|Password|Invoke-Expression|iex\b/,
    );
    expect(text).toMatch(/\.Open\('ReadOnly'\)/);
  });
});

describe.skipIf(!hasEngine)('by the engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = startEngine();
    await engine.request('documented', { commands: documentedCommands() });
  });
  afterAll(() => engine.close());

  const boundIn = async (script: { file: string; bytes: Uint8Array }) => {
    const request = { ...asRequest({ name: script.file, bytes: script.bytes }), computed: {} };
    return engine.request<{ calls: Bound[]; failures: Finding[] }>('bind', {
      ...request,
      level: OLDEST.powershell,
    });
  };

  describe.each(scripts)('the collector of %s', (_, script) => {
    const named = { name: script.file, bytes: script.bytes };

    it('parses, and uses nothing newer than the oldest shell', async () => {
      const found = await engine.request<{ errors: Finding[]; newer: Finding[] }>('parse', {
        ...asRequest(named),
        level: OLDEST.powershell,
      });
      expect(describeFindings(script.file, [...found.errors, ...found.newer])).toEqual([]);
    });

    it('calls the commands of its list, each as the list says, and no other', async () => {
      const { calls, failures } = await boundIn(script);
      expect(describeFindings(script.file, failures)).toEqual([]);
      const own = calls.filter(({ command }) => isOfServer(command));
      expect(own.filter(({ command }) => !/^(?:Get|Test)-/.test(command))).toEqual([]);
      const listed = script.commands.flatMap(({ command, otherwise, parameters = '' }) =>
        [command, otherwise ?? []].flat().map(name => callOf(name, wordsOf(parameters))),
      );
      expect(own.map(one => callOf(one.command, one.parameters)).sort()).toEqual(listed.sort());
    });

    it('would be refused with one call that changes something, or that nobody knows', async () => {
      for (const [bad, found] of BAD) {
        const text = Buffer.from(script.bytes).toString('latin1');
        const bytes = Buffer.from(`${text}function Test-Bad { ${bad} }\r\n`, 'latin1');
        const { calls, failures } = await boundIn({ ...script, bytes });
        const own = calls.filter(({ command }) => isOfServer(command));
        const named = own.some(({ command }) => !/^(?:Get|Test)-/.test(command));
        expect([failures.length > 0, named], bad).toEqual(found);
      }
    });

    it('calls only a few of the built-in commands, with listed parameters', async () => {
      const { calls } = await boundIn(script);
      const builtIn = calls.filter(({ command }) => isBuiltIn(command));
      expect(unlistedCalls(builtIn, OLDEST)).toEqual([]);
      expect(builtIn.map(({ command }) => command).filter(one => !BUILT_IN.includes(one))).toEqual(
        [],
      );
      expect(missingPreferences(Buffer.from(script.bytes).toString('latin1'))).toEqual([]);
    });

    it('touches files only by making one folder and filling it', async () => {
      const found = await engine.request<Named>('types', asRequest(named));
      expect(describeFindings(script.file, unlistedNames(found, OLDEST))).toEqual([]);
      const touched = found.members
        .filter(one => one.static && /^(?:System\.)?IO\./.test(one.type ?? ''))
        .map(one => `${one.type ?? ''}.${one.detail}`);
      expect([...new Set(touched)].sort()).toEqual(FILES);
    });

    it('is the same stream of tokens in every code page', async () => {
      const streams: Record<string, string> = await engine.request('tokens', {
        ...asRequest(named),
        codePages: CODE_PAGES,
      });
      expect(Object.keys(streams)).toHaveLength(CODE_PAGES.length);
      expect(new Set(Object.values(streams)).size).toBe(1);
    });
  });
});

/** Whether a command is the server's; what remains are functions of the script itself. */
function isOfServer(command: string): boolean {
  return command in documented && !isBuiltIn(command);
}

/** A call without its values: its command, and what it says in the order of the alphabet. */
function callOf(command: string, parameters: readonly string[]): string {
  return [command, ...parameters.filter(one => !ALWAYS.includes(one)).sort()].join(' -');
}

function wordsOf(parameters: string): string[] {
  return [...parameters.matchAll(/-(\w+)/g)].map(([, name = '']) => name);
}

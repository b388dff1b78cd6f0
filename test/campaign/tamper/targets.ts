import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { openHeader, makeHeader, readHeader } from '../../../src/adapters/key-header.ts';
import { openRecord, readRecord, writeRecord } from '../../../src/adapters/key-record.ts';
import type { MemoryWorld } from '../../../src/adapters/memory.ts';
import { readJournal, writeJournal } from '../../../src/apply/journal.ts';
import { readReceipt } from '../../../src/apply/receipt.ts';
import { join as joined, survey } from '../../../src/apply/survey.ts';
import { canonical, sha256 } from '../../../src/kernel/canonical.ts';
import type { Json, JsonObject } from '../../../src/kernel/json.ts';
import { createReport, Refusal } from '../../../src/kernel/report.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import { readPlan, writePlan } from '../../../src/plan/plan-file.ts';
import { readSnapshot } from '../../../src/state/codec.ts';
import { checkIdentity, checkName, readIdentity } from '../../../src/state/project.ts';
import { applied, newWorld, removalReceipt, sound, stateOf } from '../../properties/life.ts';
import { exampleText } from '../../support/lowered.ts';

/** A file that is tampered with. */
export interface Target {
  readonly name: string;
  readonly original: Uint8Array;
  /** How many of a thousand edits are of it. */
  readonly share: number;
  /** The code by which it is refused; undefined where it is taken. */
  readonly refused: (bytes: Uint8Array) => Promise<string | undefined>;
  /** Whether what was taken says the same, which is the only harm that is allowed: none. */
  readonly harmless: (bytes: Uint8Array) => boolean;
}

const PASSPHRASE = new Secret('only for this campaign');
const never = (): boolean => false;

/** A project that was applied twice, with a third plan saved; the files that hold it. */
export async function targets(): Promise<{ all: readonly Target[]; close: () => void }> {
  const world = newWorld();
  const topology = parse(exampleText('lync-exchange')) as JsonObject;
  await applied(topology, world);
  const folder = mkdtempSync(join(tmpdir(), 'concordat-tamper-'));
  const all = [
    await savedPlan(topology, world),
    ...recorded(world),
    ...artifacts(world),
    ...(await keyFiles(world, folder)),
    receipt(world),
  ];
  return { all, close: () => rmSync(folder, { recursive: true }) };
}

async function savedPlan(topology: JsonObject, world: MemoryWorld): Promise<Target> {
  const changed = JSON.parse(
    JSON.stringify(topology).replace(
      '"unified-contact-store":"on"',
      '"unified-contact-store":"off"',
    ),
  ) as JsonObject;
  const { plan } = await sound(changed, world);
  if (plan.summary.keep === plan.changes.length) throw new Error('the example has changed');
  const refused = code(bytes => readPlan(bytes, 'plan.json'));
  return { name: 'a saved plan', original: writePlan(plan), share: 180, refused, harmless: never };
}

function recorded(world: MemoryWorld): Target[] {
  const state = world.state.state ?? new Uint8Array();
  const project = world.state.project ?? new Uint8Array();
  const snapshot = readSnapshot(state);
  const files = joined(new Map(), Object.entries(snapshot.artifacts));
  const journal = writeJournal({ checksum: snapshot.applied[0] ?? '', files });
  const json = (name: string, original: Uint8Array, share: number, read: Read): Target => ({
    ...{ name, original, share, refused: code(read) },
    harmless: bytes => says(bytes) === says(original),
  });
  return [
    json('state.json', state, 200, readSnapshot),
    json('project.json', project, 150, bytes => {
      const identity = readIdentity(bytes);
      checkIdentity(identity, snapshot);
      checkName(identity, snapshot.topology);
    }),
    json('journal.json', journal, 150, readJournal),
  ];
}

/** The manifest, a script, a certificate: what stands on the disk is compared by its digest. */
function artifacts(world: MemoryWorld): Target[] {
  const files = [...world.written].map(([path, bytes]) => ({ path, bytes, sha256: sha256(bytes) }));
  const known = joined(new Map(), Object.entries(stateOf(world).artifacts));
  const found = new Map(files.map(one => [one.path, one.sha256]));
  const wanted = files.map(one => ({ ...one, addresses: [] }));
  const kinds = [/^manifest\.json$/, /\.ps1$/, /\.cer$/];
  return kinds.map(kind => {
    const { path, bytes: original } = files.find(one => kind.test(one.path)) ?? none(kind);
    const refused = code(bytes => survey(wanted, new Map(found).set(path, sha256(bytes)), known));
    return { name: `the artifact ${path}`, original, share: 50, refused, harmless: never };
  });
}

async function keyFiles(world: MemoryWorld, folder: string): Promise<Target[]> {
  const { file: header, dataKey } = await makeHeader(PASSPHRASE);
  const [record] = await world.keys.list();
  const privateKey = record && (await world.keys.open(record.address));
  if (!privateKey) return none('a key');
  const original = await writeRecord(record, privateKey, dataKey);
  const at = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const recordName = `${record.address.replace('/', '-')}.json`;
  return [
    {
      ...{ name: 'a key record', original, share: 120 },
      refused: code(async bytes => {
        const path = at(recordName, bytes);
        return openRecord(readRecord(path) ?? none(path), dataKey, path);
      }),
      harmless: bytes => says(bytes) === says(original),
    },
    {
      // To open it takes half a second, and it should.
      ...{ name: 'the header of the key store', original: header, share: 1 },
      refused: code(async bytes => {
        const path = at('store.json', bytes);
        return openHeader(readHeader(path) ?? none(path), PASSPHRASE, path);
      }),
      harmless: bytes => says(bytes) === says(header),
    },
  ];
}

function receipt(world: MemoryWorld): Target {
  const { topology, resources } = stateOf(world);
  const entry = resources.find(({ kind }) => kind === 'partner') ?? none('a partner');
  const { file, bytes: original } = removalReceipt(topology, entry);
  // PowerShell writes hexadecimal in either case.
  const said = (bytes: Uint8Array): string =>
    says(bytes).replace(/"sha256":"[0-9a-fA-F]{64}"/, sum => sum.toLowerCase());
  return {
    ...{ name: 'a receipt', original, share: 100 },
    refused: async bytes => {
      const report = createReport();
      readReceipt({ file, bytes }, report);
      return report.diagnostics[0]?.code;
    },
    harmless: bytes => said(bytes) === said(original),
  };
}

type Read = (bytes: Uint8Array) => unknown;

/** The code of the refusal in which reading ends; every other error is a fault of ours. */
export function code(read: Read): Target['refused'] {
  return async bytes => {
    try {
      await read(bytes);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.diagnostic.code;
      throw error;
    }
  };
}

/** What a JSON file says, however it is written: its readers see nothing else of it. */
function says(bytes: Uint8Array): string {
  return canonical(JSON.parse(new TextDecoder().decode(bytes)) as Json);
}

function none(what: unknown): never {
  throw new Error(`there is no ${String(what)}`);
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReceipt, type Receipt } from '../../src/apply/receipt.ts';
import { canonical, sha256 } from '../../src/kernel/canonical.ts';
import { createReport } from '../../src/kernel/report.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { Case } from './runs.ts';
import type { Moment } from './stage.ts';

/** All that a before-image says beside the objects. */
const IMAGE = [
  'Run',
  'Script',
  'Topology',
  'Deployment',
  'Host',
  'Controller',
  'Creates',
  'Objects',
  'Seen',
];

/** What is wrong with the files that a run wrote beside the scripts. */
export function faultsOfFiles(
  one: Case,
  script: string,
  from: Moment,
  after: Moment,
): readonly string[] {
  const written = [...after.files].filter(([name, bytes]) => !from.files.get(name)?.equals(bytes));
  return written.flatMap(([name, bytes]) => {
    if (/^receipts\/.*\.json$/.test(name)) return faultsOfReceipt(one, script, { name, bytes });
    if (/^before\/.*\.clixml$/.test(name)) return faultsOfImage(one, { name, bytes });
    return [];
  });
}

interface File {
  readonly name: string;
  readonly bytes: Buffer;
}

function faultsOfReceipt(one: Case, script: string, { name, bytes }: File): string[] {
  const report = createReport();
  const receipt = readReceipt({ file: name, bytes }, report);
  if (!receipt) return report.diagnostics.map(({ detail }) => detail);
  const { topology } = one.stage.rendered.checked.subject;
  const expected: readonly (readonly [keyof Receipt, Json])[] = [
    ['script', script],
    ['script_sha256', digestOf(join(one.stage.folder, script))],
    ['topology', topology.name],
    ['deployment', script.split('/')[0] ?? ''],
    ['host', hostOf(one)],
    ['user', one.start.world.here.user],
  ];
  const own = expected.filter(([key, value]) => receipt[key] !== value);
  const { resources } = JSON.parse(bytes.toString()) as { resources: { before: unknown }[] };
  const mute = resources.some(({ before }) => before === null);
  return [
    ...own.map(
      ([key, value]) => `${name} says ${key} ${String(receipt[key])}, not ${String(value)}`,
    ),
    ...(mute ? [`${name} does not say what was there before`] : []),
  ];
}

/** As this computer knows itself. */
function hostOf({ seat, start }: Case): string {
  return start.world.here.nameless ? (seat.host.split('.')[0] ?? '') : seat.host;
}

function faultsOfImage(one: Case, { name, bytes }: File): string[] {
  const { script, stage } = one;
  const text = bytes.toString();
  const missing = IMAGE.filter(key => !text.includes(`<S N="Key">${key}</S>`));
  const { topology } = stage.rendered.checked.subject;
  const values = [script, topology.name, script.split('/')[0] ?? '', hostOf(one)];
  if (/<S N="Key">Seen<\/S>\s*<Nil /.test(text)) missing.push('what was seen');
  const unsaid = values.filter(value => !text.includes(`<S N="Value">${value}</S>`));
  return [...missing, ...unsaid].map(what => `${name} does not say ${what}`);
}

type Said = Readonly<Record<string, Json>>;

/** All receipts of a moment as somebody else wrote them, whole and sealed. */
export function withReceipts({ world, files }: Moment, change: (receipt: Said) => Said): Moment {
  const changed = [...files].map(([name, bytes]) => {
    if (!/^receipts\/.*\.json$/.test(name)) return [name, bytes] as const;
    const { sha256: _, ...said } = JSON.parse(bytes.toString()) as Said;
    const receipt = change(said);
    const sealed = { ...receipt, sha256: sha256(canonical(receipt)) };
    return [name, Buffer.from(`${canonical(sealed)}\n`)] as const;
  });
  return { world, files: new Map(changed) };
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

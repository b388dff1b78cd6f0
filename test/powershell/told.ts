import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Case } from './runs.ts';
import type { Played } from './stage.ts';
import type { CallRecord } from './world.ts';

/** `TOLD=keep` keeps what is told and called now; a person reads the difference. */
const KEEPS = process.env['TOLD'] === 'keep';
const FOLDER = new URL('told/', import.meta.url);

/** What a person saw, by what was run; by topology. */
const pages = new Map<string, Map<string, string>>();

/** Where what a person sees differs from what was kept of the same run; undefined: nowhere. */
export function toldOtherwise(one: Case, what: string, played: Played): string | undefined {
  // Of one property that somebody altered, the repair says enough.
  if (/^drifted: (?!everything)/.test(one.state) && what !== 'do') return undefined;
  return otherThanKept(one, what, asKept(one, played));
}

/** The same of runs that failed, each at another call: a line for each. */
export function failuresOtherwise(
  one: Case,
  what: string,
  failed: readonly Failure[],
): string | undefined {
  const told = failed.filter(({ played }) => !played.entered.interrupted);
  const lines = told.map(({ call, played }) => `${call.name}: ${failureIn(played)}`);
  return otherThanKept(one, what, withoutMoments(one, [...new Set(lines)].join('\n')));
}

/** A run that met a fault at one of its calls. */
export interface Failure {
  readonly call: CallRecord;
  readonly played: Played;
}

/** What a person is told from the moment on at which a run failed. */
function failureIn({ entered: { seen } }: Played): string {
  const at = seen.findIndex(line => /^(?:STOPPED|FAILED at): /.test(line));
  return at === -1 ? '' : seen.slice(at).join(' | ');
}

function otherThanKept(one: Case, what: string, now: string): string | undefined {
  const page = pageOf(one.stage.rendered.name);
  const key = `${one.script}, ${one.state}: ${what}`;
  if (KEEPS) {
    page.set(key, now);
    write(one.stage.rendered.name, page);
    return undefined;
  }
  const kept = page.get(key);
  if (kept === now) return undefined;
  if (kept === undefined) return `nothing is kept of ${key}`;
  const [before, after] = [kept.split('\n'), now.split('\n')];
  const at = before.findIndex((line, index) => line !== after[index]);
  return `told ${after[at] ?? 'no more'}, not ${before[at] ?? 'no more'}`;
}

/** What else reaches out of the script. */
const OUTSIDE = /-Service$|^Invoke-WebRequest$|^GetResponse$/;

/** What is seen, what servers are asked and what the receipt says came of it. */
function asKept(one: Case, { entered, after }: Played): string {
  const calls = entered.calls
    .filter(({ kind, name }) => kind === 'server' || OUTSIDE.test(name))
    .map(asCalled);
  const receipts = [...after.files].filter(([name]) => /^receipts\/.*\.json$/.test(name));
  const [, newest] = receipts.sort(([a], [b]) => (a < b ? -1 : 1)).at(-1) ?? [];
  const said = newest ? receiptLines(newest) : [];
  const lines = [...entered.seen, ...entered.errors, ...new Set(calls), ...said];
  return withoutMoments(one, lines.join('\n'));
}

type Objects = Readonly<Record<string, unknown>>;

/** A resource in a receipt. */
interface Outcome {
  readonly result: string;
  readonly before: Objects | null;
  readonly after: Objects | null;
}

/** A line for the outcome, and one for each object: what it was, where it is another now, and is. */
function receiptLines(bytes: Buffer): string[] {
  const { resources } = JSON.parse(bytes.toString()) as { resources: readonly Outcome[] };
  return resources.slice(0, 1).flatMap(({ result, before, after }) => [
    `= ${result}`,
    ...Object.entries(after ?? {}).map(([name, object]) => {
      const [was, is] = [before?.[name], object].map(one => asTyped(one ?? null));
      return `= ${name}: ${was === is ? '' : `${was ?? ''} -> `}${is ?? ''}`;
    }),
  ]);
}

/** A page is a text that every tool can show. */
const CONTROLS = /[\x00-\x09\x0b-\x1f]/g;

/** Without the moment and the folder of this run. */
function withoutMoments({ stage }: Case, text: string): string {
  return text
    .replaceAll(stage.folder, '<here>')
    .replaceAll(stage.folder.replaceAll('/', '\\'), '<here>')
    .replace(CONTROLS, one => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/\d{8}T\d{9}Z/g, '<moment>')
    .replace(/\b[0-9A-F]{40}\b/g, numbered('certificate'));
}

/** A call as it could be typed. */
function asCalled({ name, given = {} }: CallRecord): string {
  const parameters = Object.entries(given).map(([key, value]) => ` -${key} ${asTyped(value)}`);
  return `> ${name}${parameters.sort().join('')}`;
}

function asTyped(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_TYPED ? `<${text.length} characters>` : text;
}

/** What is longer is a certificate or a secret. */
const MOST_TYPED = 200;

/** Servers make certificates up: the first that is named, the second, and so on. */
function numbered(noun: string): (value: string) => string {
  const met: string[] = [];
  return value => {
    if (!met.includes(value)) met.push(value);
    return `<${noun} ${met.indexOf(value) + 1}>`;
  };
}

function pageOf(topology: string): Map<string, string> {
  const known = pages.get(topology) ?? read(topology);
  pages.set(topology, known);
  return known;
}

function fileOf(topology: string): URL {
  return new URL(`${topology.replace(/[^a-z]+/g, '-')}.txt`, FOLDER);
}

const MARK = '==== ';

function read(topology: string): Map<string, string> {
  const file = fileOf(topology);
  if (!existsSync(file)) return new Map();
  const parts = readFileSync(file, 'utf8')
    .split(/^==== /m)
    .slice(1);
  return new Map(
    parts.map(part => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1, -1)];
    }),
  );
}

function write(topology: string, page: ReadonlyMap<string, string>): void {
  mkdirSync(FOLDER, { recursive: true });
  const parts = [...page]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => `${MARK}${key}\n${text}\n`);
  writeFileSync(fileOf(topology), parts.join(''));
}

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
  if (one.state.startsWith('drifted') && what !== 'do') return undefined;
  const page = pageOf(one.stage.rendered.name);
  const key = `${one.script}, ${one.state}: ${what}`;
  const now = asKept(one, played);
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

/** What is seen and what servers are asked, without the moment and the folder of this run. */
function asKept({ stage }: Case, { entered }: Played): string {
  const calls = entered.calls.filter(({ kind }) => kind === 'server').map(asCalled);
  return [...entered.seen, ...entered.errors, ...new Set(calls)]
    .join('\n')
    .replaceAll(stage.folder, '<here>')
    .replaceAll(stage.folder.replaceAll('/', '\\'), '<here>')
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

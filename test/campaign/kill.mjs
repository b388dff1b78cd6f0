// The kill campaign: an apply is hit at every system call that changes something.
// node test/campaign/kill.mjs [--only kill|interrupt|fault] [--most N] [--at PLACE]
// One line a kind; exit 1 when one broke. `fault` is the errno campaign's; --at tries one place again.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applyGeneration, filesOf, load } from './kill-fixture.mjs';
import { transpile } from './transpile.mjs';

const VICTIM = fileURLToPath(new URL('kill-victim.mjs', import.meta.url));
export const CALLS = [
  'openat',
  'write',
  'fsync',
  'rename',
  'link',
  'unlink',
  'mkdir',
  'rmdir',
  'fchmod',
];
const HALF_WRITE = new URL('half-write.mjs', import.meta.url).href;
const KILL = { name: 'kill -9', inject: 'signal=KILL', half: 'SIGKILL', exits: [null, 137] };
/** What a system call may answer: of disks, of rights, of a process that has too much open. */
export const ERRORS = 'EIO ENOSPC EDQUOT EROFS EACCES EPERM EMFILE ENFILE EINTR'.split(' ');

const reading = (call, name) => ({
  ...{ name: `${name} while reading`, inject: `error=${name}` },
  ...{ exits: [0, 1], calls: [call], reading: true },
});

/** What is done at a system call, and how the process must end. */
export const HITS = {
  kill: [KILL],
  // What was done counts, too: a write that is repeated, a temporary file that cannot be removed.
  fault: [
    ...ERRORS.map(name => ({ name, inject: `error=${name}`, half: name, exits: [0, 1] })),
    { name: 'short write', inject: 'retval=1', exits: [1], calls: ['write'] },
    ...[
      ['openat', 'EIO EACCES EMFILE EINTR'],
      ['read', 'EIO EINTR'],
      ['getdents64', 'EIO'],
      ['close', 'EIO EINTR'],
    ].flatMap(([call, errors]) => errors.split(' ').map(name => reading(call, name))),
  ],
  interrupt: [{ name: 'SIGINT', inject: 'signal=INT', half: 'SIGINT', exits: [0, 130] }],
};

/** Runs one kind of hit at no more than `most` places, or `at` one; counts, and what broke. */
export async function campaign(kind, most = Number.POSITIVE_INFINITY, at = undefined) {
  const scratch = mkdtempSync(join(tmpdir(), 'concordat-kill-'));
  const code = transpile();
  try {
    const parts = await load(code);
    const all = await allPoints({ scratch, code, parts, hits: HITS[kind] });
    const points = all.filter(point => at === undefined || labelOf(point) === at);
    const broken = [];
    let missed = 0;
    const chosen = spread(points, most);
    for (const point of chosen) {
      const { fault } = await patiently(point, at => struck(at, { scratch, code, parts }));
      if (fault === MISSED) missed++;
      else if (fault) broken.push(`${again(kind, point)}: ${fault}`);
    }
    return { kind, points: points.length, tried: chosen.length - missed, missed, broken };
  } finally {
    rmSync(scratch, { recursive: true });
    rmSync(code, { recursive: true });
  }
}

/** A place by its number among those that touch the project, which does not move. */
function labelOf({ hit, call, ordinal, generation }) {
  return `${hit.name} at ${call} ${ordinal} of apply ${generation + 1}`;
}

function again(kind, point) {
  return `node test/campaign/kill.mjs --only ${kind} --at '${labelOf(point)}'`;
}

/** Tries again what missed its place, at the number that the last trace suggests. */
export async function patiently(point, attempt) {
  let { index } = point;
  let result;
  for (let tries = 0; tries < 10; tries++) {
    result = await attempt({ ...point, index });
    if (result.fault !== MISSED) break;
    index = result.rather;
  }
  return result;
}

async function struck(point, { scratch, code, parts }) {
  const folder = mkdtempSync(join(scratch, 'run-'));
  try {
    return await strike(point, { folder, code, parts });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every place of both applies at which something may happen, from a clean trace of each. */
async function allPoints({ scratch, code, parts, hits }) {
  const points = [];
  for (const generation of [0, 1]) {
    const template = mkdtempSync(join(scratch, 'before-'));
    if (generation === 1) await applyGeneration(parts, template, { generation: 0 });
    const folder = copyOf(template, scratch);
    const trace = join(scratch, `trace-${generation}`);
    const calls = new Set([...CALLS, ...hits.flatMap(hit => hit.calls ?? [])]);
    const options = ['-f', '-y', '-o', trace, '-e', `trace=${[...calls].join()}`];
    const { status } = strace(options, { code, folder, generation });
    if (status !== 0) throw new Error('a clean apply failed under strace');
    const text = readFileSync(trace, 'utf8');
    const at = hit => placesIn(text, folder, hit);
    points.push(
      ...hits.flatMap(hit => at(hit).map(one => ({ ...one, hit, generation, template }))),
    );
  }
  return points;
}

/** The calls of the main thread that touch the project, with their number among their kind. */
export function placesIn(trace, folder, { calls = CALLS, reading = false } = {}) {
  return calls.flatMap(call =>
    callsIn(trace, call)
      .flatMap((line, at) => (touches(line, folder, reading) ? [at + 1] : []))
      .map((index, at) => ({ call, index, ordinal: at + 1 })),
  );
}

/** The lines of the main thread that show one kind of call. */
function callsIn(trace, call) {
  const lines = trace.split('\n');
  const main = lines[0].split(/\s/)[0];
  return lines.filter(line => line.startsWith(`${main} `) && line.includes(` ${call}(`));
}

/** Where reading is hit, opening to read is too; where it is not, only what changes something. */
function touches(line, folder, reading) {
  const opens = line.includes(' openat(');
  return line.includes(folder) && (!opens || line.includes('O_RDONLY') === reading);
}

/** Hits one apply, then checks everything that must hold; `fault` says what does not. */
async function strike({ template, ...point }, { folder, code, parts }) {
  cpSync(template, folder, { recursive: true });
  const { hit, generation } = point;
  const hitting = hit.half && point.call === 'write' ? atHalfWrite : atCall;
  const { status, stderr, meant = point.index } = hitting(point, { folder, code });
  if (meant !== point.index) return { fault: MISSED, rather: meant };
  const ended = { hit, generation, status, stderr };
  return { fault: await judge(ended, { folder, parts }) };
}

function atCall({ hit, generation, ...place }, { folder, code }) {
  const { call, index } = place;
  const inject = `inject=${call}:${hit.inject}:when=${index}`;
  const trace = `${folder}.trace`;
  const options = ['-f', '-y', '-o', trace, '-e', `trace=${call}`, '-e', inject];
  const ended = strace(options, { code, folder, generation });
  const { reading } = hit;
  return { ...ended, meant: rather(readFileSync(trace, 'utf8'), { folder, reading, ...place }) };
}

/** The event loop writes at times of its own, so writes are numbered inside: half a file is there. */
function atHalfWrite({ hit, generation, ordinal }, { folder, code }) {
  const run = [`--import=${HALF_WRITE}`, VICTIM, code, folder, String(generation)];
  const env = { ...process.env, HALF_WRITE: `${ordinal}:${hit.half}` };
  return spawnSync(process.execPath, run, { encoding: 'utf8', env });
}

async function judge({ hit, generation, status, stderr }, { folder, parts }) {
  if (!hit.exits.includes(status)) return `it ended with ${status}: ${stderr}`;
  const said = stderr.trim().split('\n');
  if (said.length > 1 || /\bat .*:\d+:\d+/.test(stderr)) return `it said: ${stderr}`;
  const between = await tornParts(folder, { parts, generation });
  if (between) return between;
  if (status === 0 && !isDone(folder, { parts, generation })) return 'success is not on disk';
  return recovered(folder, { parts, generation });
}

// The event loop writes to itself at times of its own, so a number may belong to such a call.
export const MISSED = 'missed';

/** The number by which the call that is meant would have been hit; `index` when it was. */
export function rather(trace, { folder, call, index, ordinal, reading = false }) {
  const ours = callsIn(trace, call).flatMap((line, at) =>
    touches(line, folder, reading) ? [at + 1] : [],
  );
  return ours[ordinal - 1] ?? index + 1;
}

/** I1 and I2: the state is one of the two, and so is every file. */
async function tornParts(folder, { parts, generation }) {
  const serial = stateSerial(folder, parts);
  if (![generation, generation + 1].includes(serial)) return `the state has serial ${serial}`;
  const [before, after] = [generation === 0 ? {} : filesOf(0), filesOf(generation)];
  for (const [path, text] of filesBelow(join(folder, 'artifacts'))) {
    if (/^(?:.*\/)?\.[^/]+\.tmp$/.test(path)) continue;
    if (text !== before[path] && text !== after[path]) return `${path} is torn`;
  }
  return undefined;
}

/** I5: what was reported as done is on the disk. */
function isDone(folder, { parts, generation }) {
  const there = filesBelow(join(folder, 'artifacts')).filter(([path]) => !path.endsWith('.tmp'));
  const whole = JSON.stringify(there) === JSON.stringify(sorted(filesOf(generation)));
  return whole && stateSerial(folder, parts) === generation + 1;
}

function stateSerial(folder, parts) {
  const path = join(folder, '.concordat/state.json');
  return statSync(path, { throwIfNoEntry: false })
    ? parts.readSnapshot(readFileSync(path)).serial
    : 0;
}

/** I4 and I6: the next apply finishes, nothing is left over, and the one after changes nothing. */
async function recovered(folder, { parts, generation }) {
  await applyGeneration(parts, folder, { generation });
  const there = Object.fromEntries(filesBelow(join(folder, 'artifacts')));
  if (JSON.stringify(sorted(there)) !== JSON.stringify(sorted(filesOf(generation)))) {
    return `after the next apply there are ${Object.keys(there).join(', ')}`;
  }
  const left = readdirSync(join(folder, '.concordat')).filter(
    name => !['state.json', 'project.json', 'history'].includes(name),
  );
  if (left.length > 0) return `after the next apply there is still ${left.join(', ')}`;
  const before = JSON.stringify([...filesBelow(folder)]);
  const { outcome } = await applyGeneration(parts, folder, { generation });
  if (outcome !== 'unchanged') return `the apply after that was not empty, but ${outcome}`;
  return JSON.stringify([...filesBelow(folder)]) === before ? undefined : 'it changed a byte';
}

function strace(options, { code, folder, generation }) {
  const run = [process.execPath, VICTIM, code, folder, String(generation)];
  return spawnSync('strace', [...options, ...run], { encoding: 'utf8' });
}

export function filesBelow(folder) {
  const names = statSync(folder, { throwIfNoEntry: false })
    ? readdirSync(folder, { recursive: true }).sort()
    : [];
  return names
    .filter(name => statSync(join(folder, name)).isFile())
    .map(name => [name, readFileSync(join(folder, name), 'utf8')]);
}

function copyOf(template, scratch) {
  const folder = mkdtempSync(join(scratch, 'clean-'));
  cpSync(template, folder, { recursive: true });
  return folder;
}

function sorted(record) {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As many of them as wanted, evenly spread, the first and the last among them. */
export function spread(points, most) {
  if (points.length <= most) return points;
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => points[Math.round(index * step)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { only: text, most: text, at: text } });
  for (const kind of values.only ? [values.only] : ['kill', 'interrupt']) {
    const started = performance.now();
    const most = Number(values.most ?? Infinity);
    const { points, tried, missed, broken } = await campaign(kind, most, values.at);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${kind}: ${tried} of ${points} points, ${missed} missed, ` +
        `${broken.length} broken, ${seconds} s`,
    );
    for (const fault of broken) console.log(`  ${fault}`);
    if (broken.length > 0) process.exitCode = 1;
  }
}

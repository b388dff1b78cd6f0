// The kill campaign against the real command: `keys prepare` and two applies of an example are hit.
// node test/campaign/kill-command.mjs [--hit kill|SIGINT|SIGTERM|twice|fault] [--most N] [--say]
// One line a hit; exit 1 when something broke; --at PLACE tries one again. Wants a build (`npm run build`).
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CALLS, ERRORS, filesBelow, MISSED, patiently, placesIn, rather, spread } from './kill.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(root, 'examples/lync-exchange/topology.yaml');
const HALF_WRITE = new URL('half-write.mjs', import.meta.url).href;
const PASSPHRASE = 'only for this campaign';
const PREPARE = ['keys', 'prepare'];

/** What happens at a system call, and how the command must end. */
export const HITS = {
  kill: { signal: 'KILL', exits: [137] },
  // A signal that comes with the last calls finds nothing left to interrupt.
  SIGINT: { signal: 'INT', exits: [0, 130] },
  SIGTERM: { signal: 'TERM', exits: [0, 143] },
  twice: { signal: 'INT', exits: [0, 130], again: true },
  // Each place is answered by one error, in turn; what was done all the same may end well.
  fault: { errors: ERRORS, exits: [0, 1] },
};

/** Hits each command at no more than `most` places in all, or `at` one; counts, and what broke. */
export async function commandCampaign(
  hit,
  { most = Infinity, only, at, say = () => undefined } = {},
) {
  const stage = await openStage(HITS[hit]);
  try {
    const scenarios = (await scenariosOf(stage)).filter(({ name }) => !only || name === only);
    const points = [];
    for (const scenario of scenarios) points.push(...(await pointsOf(scenario, stage)));
    const { errors = [''] } = stage.hit;
    const all = points.map((point, turn) => ({ ...point, error: errors[turn % errors.length] }));
    const wanted = all.filter(point => at === undefined || labelOf(point) === at);
    const results = await inParallel(spread(wanted, most), async point => {
      const result = await patiently(point, one => strike(one, stage));
      say(`${labelOf(point)}: ${result.fault ?? 'good'}`);
      return { ...point, ...result };
    });
    return summary(hit, points, results);
  } finally {
    rmSync(stage.scratch, { recursive: true });
    rmSync(stage.code, { recursive: true });
  }
}

function summary(hit, points, results) {
  const tried = results.filter(({ fault }) => fault !== MISSED);
  const broken = tried.filter(({ fault }) => fault);
  return {
    points: points.length,
    tried: tried.length,
    missed: results.length - tried.length,
    broken: broken.map(
      point =>
        `node test/campaign/kill-command.mjs --hit ${hit} --at '${labelOf(point)}': ${point.fault}`,
    ),
    exits: tried.map(({ status }) => status),
    slowest: Math.max(0, ...tried.map(({ seconds }) => seconds ?? 0)),
  };
}

function labelOf({ name, call, ordinal, error }) {
  return `${name} at ${call} ${ordinal}${error && ` ${error}`}`;
}

/** A build of its own, so that another build under way does not change what is tried. */
export async function openStage(hit) {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const code = mkdtempSync(join(cache, 'concordat-'));
  cpSync(join(root, 'dist'), code, { recursive: true });
  writeFileSync(join(code, 'package.json'), '{"type":"module"}');
  const scratch = mkdtempSync(join(tmpdir(), 'concordat-kill-'));
  const passphrase = join(scratch, 'passphrase');
  writeFileSync(passphrase, PASSPHRASE, { mode: 0o600 });
  return { hit, scratch, code, passphrase, api: await import(join(code, 'index.js')) };
}

/** A project before its keys are made, before its first apply, and before one that changes it. */
export async function scenariosOf(stage) {
  const bare = mkdtempSync(join(stage.scratch, 'bare-'));
  cpSync(EXAMPLE, join(bare, 'topology.yaml'));
  const prepared = copyOf(bare, stage);
  must(await run(PREPARE, prepared, stage));
  const applied = copyOf(prepared, stage);
  must(await run(await applying(applied, stage), applied, stage));
  const text = readFileSync(EXAMPLE, 'utf8');
  const changed = text.replace('unified-contact-store: on', 'unified-contact-store: off');
  if (changed === text) throw new Error('the example has changed');
  writeFileSync(join(applied, 'topology.yaml'), changed);
  return [
    { name: 'keys prepare', template: bare, words: PREPARE },
    { name: 'first apply', template: prepared, words: await applying(prepared, stage) },
    { name: 'second apply', template: applied, words: await applying(applied, stage) },
  ];
}

async function applying(folder, stage) {
  const { checksum } = JSON.parse(
    must(await run(['plan', '--format', 'json'], folder, stage)).stdout,
  );
  return ['apply', '--auto-approve', `--allow-widening=${checksum}`];
}

/** The places of one clean run, with every file as it is before and after. */
async function pointsOf(scenario, stage) {
  const folder = copyOf(scenario.template, stage);
  const before = new Map(filesBelow(folder));
  const trace = `${folder}.trace`;
  const tracer = ['-f', '-y', '-o', trace, '-e', `trace=${CALLS.join()}`];
  must(await run(scenario.words, folder, stage, { tracer }));
  const after = new Map(filesBelow(folder));
  const places = placesIn(readFileSync(trace, 'utf8'), folder);
  return places.map(place => ({ ...place, ...scenario, before, after }));
}

async function strike(point, stage) {
  const folder = copyOf(point.template, stage);
  const hit = point.call === 'write' ? atHalfWrite : atCall;
  const { status, stderr, missed, seconds } = await hit(point, folder, stage);
  if (missed) return { fault: MISSED, rather: missed };
  const ended = { status, seconds };
  if (!stage.hit.exits.includes(status))
    return { ...ended, fault: `it ended ${status}: ${stderr}` };
  if (/^\s+at .*:\d+:\d+|fault of its own/m.test(stderr))
    return { ...ended, fault: `it said ${stderr}` };
  const fault =
    (await torn(folder, point, stage)) ??
    (status === 0 ? undone(folder, point) : undefined) ??
    (await recovered(folder, stage));
  rmSync(folder, { recursive: true });
  return { ...ended, fault };
}

/** What was reported as done is on the disk; a lock may be left, and is one of the dead. */
export function undone(folder, { after }) {
  const there = new Set(filesBelow(folder).map(([path]) => path));
  const missing = [...after.keys()].filter(path => !there.has(path));
  return missing.length > 0 ? `it ended well without ${missing.join(', ')}` : undefined;
}

/** The hit comes with a system call, by its number among those of the main thread. */
async function atCall({ call, index, ordinal, words, error }, folder, stage) {
  const trace = `${folder}.trace`;
  const { signal, again } = stage.hit;
  const when = again ? `${index}..${index + 1}` : index;
  const what = signal ? `signal=${signal}` : `error=${error}`;
  const inject = `inject=${call}:${what}:when=${when}`;
  const tracer = ['-f', '-y', '-ttt', '-o', trace, '-e', `trace=${call}`, '-e', inject];
  const ended = await run(words, folder, stage, { tracer });
  const log = readFileSync(trace, 'utf8');
  const meant = rather(log, { folder, call, index, ordinal });
  return meant === index ? { ...ended, seconds: secondsAfterLast(signal, log) } : { missed: meant };
}

/** The event loop writes at times of its own, so writes are numbered inside: half a file is there. */
function atHalfWrite({ ordinal, words, error }, folder, stage) {
  const { signal, again } = stage.hit;
  const signals = again ? [signal, signal] : [signal];
  const half = `${ordinal}:${error || signals.map(one => `SIG${one}`).join()}`;
  return run(words, folder, stage, { half });
}

/** Every file is as before or as after; what holds an id or a moment of its run is whole. */
export async function torn(folder, { before, after }, { api }) {
  for (const [path, text] of filesBelow(folder)) {
    if (/\.tmp$/.test(path) || text === before.get(path) || text === after.get(path)) continue;
    if (path.startsWith('artifacts/')) return `${path} is torn`;
    if (path === '.concordat/state.json') await api.readState(Buffer.from(text));
    else JSON.parse(text);
  }
  return undefined;
}

/** No key is lost or made again, the next apply finishes, and then the plan is empty. */
async function recovered(folder, { api }) {
  const passphrase = async () => new api.Secret(PASSPHRASE);
  const project = () => api.openProject({ topology: join(folder, 'topology.yaml'), passphrase });
  const keys = keyFiles(folder);
  const prepared = await api.prepareKeys(await project(), await api.plan(await project()));
  if (prepared.diagnostics.length > 0) return prepared.diagnostics[0].summary;
  const changed = keys.find(([name, text]) => new Map(keyFiles(folder)).get(name) !== text);
  if (changed) return `${changed[0]} was lost or made a second time`;
  const next = await project();
  await api.apply(next, await api.plan(next), { listen: () => undefined });
  const { plan } = await api.plan(await project());
  if (!plan.complete || !api.isEmpty(plan)) return 'the plan after the next apply is not empty';
  const left = filesBelow(folder).map(([name]) => name);
  const rest = left.filter(name => /\.tmp$|\.concordat\/(?:lock|journal)/.test(name));
  return rest.length > 0 ? `there is still ${rest.join(', ')}` : undefined;
}

export function keyFiles(folder) {
  return filesBelow(join(folder, '.concordat/keys')).filter(([name]) => !name.endsWith('.tmp'));
}

/** From the last signal to the end of the process, by the clock of the trace. */
function secondsAfterLast(signal, log) {
  const times = pattern => [...log.matchAll(pattern)].map(([, time]) => Number(time));
  const came = times(new RegExp(`^\\d+ +([\\d.]+) --- SIG${signal} `, 'gm')).at(-1);
  const ended = times(/^\d+ +([\d.]+) \+\+\+ /gm).at(-1);
  return came && ended ? ended - came : undefined;
}

/** Runs the built command; the exit is what a shell would see. */
export async function run(words, folder, { code, passphrase }, { tracer, half, limits } = {}) {
  const command = [process.execPath, join(code, 'cli/main.js'), ...words];
  const before = tracer ? ['strace', ...tracer] : (limits ?? []);
  const [first, ...others] = [...before, ...command];
  const env = {
    ...process.env,
    CONCORDAT_PASSPHRASE_FILE: passphrase,
    ...(half && { HALF_WRITE: half, NODE_OPTIONS: `--import=${HALF_WRITE}` }),
  };
  const child = spawn(first, others, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', bytes => (said.stdout += bytes));
  child.stderr.on('data', bytes => (said.stderr += bytes));
  const [status, signal] = await new Promise(done => {
    child.on('close', (...ended) => done(ended));
  });
  return { ...said, status: signal ? 128 + constants.signals[signal] : status };
}

export function must(ended) {
  if (ended.status === 0) return ended;
  throw new Error(`the command ended with ${ended.status}: ${ended.stderr}`);
}

export function copyOf(template, { scratch }) {
  const folder = mkdtempSync(join(scratch, 'run-'));
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** As many at once as there are cores; results in order. */
export async function inParallel(items, work) {
  const results = [];
  const queue = items.entries();
  const one = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(cpus().map(one));
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' };
  const options = { hit: text, most: text, at: text, say: { type: 'boolean' } };
  const { values } = parseArgs({ options });
  for (const hit of values.hit ? [values.hit] : ['kill', 'SIGINT', 'SIGTERM', 'twice']) {
    const started = performance.now();
    const say = values.say ? console.error : undefined;
    const most = Number(values.most ?? Infinity);
    const range = { most, say, at: values.at };
    const { points, tried, missed, broken, slowest } = await commandCampaign(hit, range);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const end = hit === 'kill' ? '' : `, ended at most ${slowest.toFixed(2)} s after the signal`;
    console.log(
      `${hit}: ${tried} of ${points} points, ${missed} missed, ${broken.length} broken, ` +
        `${seconds} s${end}`,
    );
    for (const fault of broken) console.log(`  ${fault}`);
    if (broken.length > 0) process.exitCode = 1;
  }
}

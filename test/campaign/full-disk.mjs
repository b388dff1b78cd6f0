// The full-disk campaign: each command meets a disk with little room, with few inodes left, and a limit
// on the size of a file, from nothing up to what it needs and 64 KiB more.
// node test/campaign/full-disk.mjs [--step KIB] [--most N] [--at SIZE] [--say]
// One line a limit; exit 1 when something broke; --at tries one again. Mounting wants root; without it only files are limited.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesBelow, spread } from './kill.mjs';
import {
  copyOf,
  inParallel,
  keyFiles,
  must,
  openStage,
  run,
  scenariosOf,
  torn,
  undone,
} from './kill-command.mjs';

const KIB = 1024;
const PLENTY = 64 * KIB;

/** What may run out, and how many steps of it a command that needs so much is tried at. */
export const LIMITS = {
  room: { mounted: true, need: ({ bytes }) => bytes + PLENTY, step: kib => kib * KIB },
  inodes: { mounted: true, need: ({ inodes }) => inodes + 4, step: kib => Math.ceil(kib / 4) },
  'file size': { mounted: false, need: ({ largest }) => largest + 1, step: kib => (kib * KIB) / 4 },
};

/** Whether this user may mount a file system. */
export function mayMount() {
  const folder = mkdtempSync('/tmp/concordat-mount-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'none', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Tries every command within each limit at no more than `most` sizes; counts, and what broke. */
export async function fullDisk(
  limits,
  { step = 4, most = Infinity, at, say = () => undefined } = {},
) {
  const stage = await openStage({});
  try {
    const scenarios = await allScenarios(stage);
    const outcomes = [];
    for (const limit of limits) {
      const started = performance.now();
      const all = scenarios.flatMap(one => sizesOf(one, limit, step));
      const points = all.filter(point => at === undefined || labelOf(point) === at);
      const results = await inParallel(spread(points, most), async point => {
        const result = await squeezed(point, stage);
        say(`${labelOf(point)}: ${result.fault ?? `ended ${result.status}`}`);
        return { ...point, ...result };
      });
      outcomes.push({ limit, points: points.length, ...counted(results, { started, step }) });
    }
    return outcomes;
  } finally {
    rmSync(stage.scratch, { recursive: true });
    rmSync(stage.code, { recursive: true });
  }
}

function sizesOf(scenario, limit, kib) {
  const { need, step } = LIMITS[limit];
  const sizes = Math.floor(need(scenario.needed) / step(kib)) + 1;
  return Array.from({ length: sizes }, (_, at) => ({ ...scenario, limit, left: at * step(kib) }));
}

function labelOf({ name, limit, left }) {
  return `${name}, ${limit} ${left}`;
}

function counted(results, { started, step }) {
  const broken = results.filter(({ fault }) => fault);
  return {
    tried: results.length,
    refused: results.filter(({ status }) => status === 1).length,
    broken: broken.map(
      point =>
        `node test/campaign/full-disk.mjs --step ${step} --at '${labelOf(point)}': ${point.fault}`,
    ),
    seconds: (performance.now() - started) / 1000,
  };
}

/** The commands that write: those of the kill campaign, and what is written by hand or from receipts. */
async function allScenarios(stage) {
  const applies = await scenariosOf(stage);
  const { template } = applies.at(-1);
  const state = JSON.parse(must(await run(['state', 'pull'], template, stage)).stdout);
  const entry = state.resources.find(({ kind }) => kind === 'partner');
  const receipted = copyOf(template, stage);
  mkdirSync(join(receipted, 'receipts'));
  writeFileSync(join(receipted, 'receipts/one.json'), await receiptOf(entry, state, stage));
  const confirm = ['state', 'confirm', entry.address, '--reason', 'seen on the server'];
  const others = [
    { name: 'plan --out', template, words: ['plan', '--out', 'plan.json'] },
    { name: 'state confirm', template, words: confirm },
    { name: 'record', template: receipted, words: ['record'] },
  ];
  const scenarios = [...applies, ...others];
  return Promise.all(scenarios.map(async one => ({ ...one, ...(await needsOf(one, stage)) })));
}

async function receiptOf({ address, digest, script, deployment, product }, { topology }, { code }) {
  const { digest: sum } = await import(join(code, 'kernel/canonical.js'));
  const now = new Date().toISOString();
  const resource = { address, digest, result: 'created', before: null, after: null };
  const body = {
    ...{ format_version: '1.0', script, script_sha256: null, topology, deployment, product },
    ...{ host: 'FE01', user: 'SITE\\ops', build: null, started: now, finished: now },
    resources: [resource],
  };
  return JSON.stringify({ ...body, sha256: sum(body) });
}

/** What one clean run takes of a disk, with every file as it is afterwards. */
async function needsOf({ template, words }, stage) {
  const folder = copyOf(template, stage);
  must(await run(words, folder, stage));
  const [before, after] = [filesBelow(template), filesBelow(folder)];
  const pages = files => files.reduce((sum, [, text]) => sum + Math.ceil(text.length / 4096), 0);
  const needed = {
    // At the peak what is replaced is there as well, and the file under way.
    bytes: (pages(after) - Math.min(pages(before), pages(after)) + 8) * 4096,
    inodes: 2 * Math.max(0, after.length - before.length) + 8,
    largest: Math.max(...after.map(([, text]) => Buffer.byteLength(text))),
  };
  return { needed, before: new Map(before), after: new Map(after) };
}

/** One command within its limit; then without it, again. */
async function squeezed(point, stage) {
  const folder = mkdtempSync(join(stage.scratch, 'run-'));
  const { mounted } = LIMITS[point.limit];
  if (mounted) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', folder]);
  try {
    cpSync(point.template, folder, { recursive: true });
    if (mounted) narrow(folder, point);
    const limits = mounted ? [] : ['prlimit', `--fsize=${point.left}`];
    const ended = await run(point.words, folder, stage, { limits });
    const keys = keyFiles(folder);
    const fault = refusedWell(ended) ?? (await torn(folder, point, stage));
    if (fault) return { status: ended.status, fault };
    if (ended.status === 0) return { status: 0, fault: await unfinished(folder, point, stage) };
    if (mounted) mountAgain(folder, 'size=64m,nr_inodes=0');
    const again = await run(point.words, folder, stage);
    if (again.status !== 0) return { status: 1, fault: `again it ended so: ${again.stderr}` };
    const changed = keys.find(([name, text]) => new Map(keyFiles(folder)).get(name) !== text);
    if (changed) return { status: 1, fault: `${changed[0]} was lost or made a second time` };
    return { status: 1, fault: await unfinished(folder, point, stage) };
  } finally {
    if (mounted) execFileSync('umount', [folder]);
  }
}

function narrow(folder, { limit, left }) {
  const { blocks, bfree, bsize, files, ffree } = statfsSync(folder);
  const used = { room: (blocks - bfree) * bsize, inodes: files - ffree };
  const option = { room: 'size', inodes: 'nr_inodes' }[limit];
  // No size at all would mean no limit.
  mountAgain(folder, `${option}=${Math.max(1, used[limit] + left)}`);
}

function mountAgain(folder, options) {
  execFileSync('mount', ['-o', `remount,${options}`, folder]);
}

/** Exit 0, or one sentence that names the want of room. */
function refusedWell({ status, stderr }) {
  if (/^\s+at .*:\d+:\d+|fault of its own/m.test(stderr)) return `it said ${stderr}`;
  if (status === 0 || (status === 1 && stderr.includes('[write/no-space]'))) return undefined;
  return `it ended ${status}: ${stderr}`;
}

/** What must hold after a run that ended well: all is there, nothing is left over. */
async function unfinished(folder, point, { api }) {
  const missing = undone(folder, point);
  if (missing) return missing;
  const names = filesBelow(folder).map(([name]) => name);
  const rest = names.filter(name => /\.tmp$|\.concordat\/(?:lock|journal)/.test(name));
  if (rest.length > 0) return `there is still ${rest.join(', ')}`;
  if (!point.name.endsWith('apply')) return undefined;
  const { plan } = await api.plan(
    await api.openProject({ topology: join(folder, 'topology.yaml') }),
  );
  return plan.complete && api.isEmpty(plan) ? undefined : 'the plan afterwards is not empty';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' };
  const options = { step: text, most: text, at: text, say: { type: 'boolean' } };
  const { values } = parseArgs({ options });
  const limits = Object.keys(LIMITS).filter(name => !LIMITS[name].mounted || mayMount());
  if (limits.length === 1)
    console.log('full disk: only the size of files; this user may not mount');
  const settings = {
    step: Number(values.step ?? 4),
    most: Number(values.most ?? Infinity),
    at: values.at,
    say: values.say ? console.error : undefined,
  };
  for (const one of await fullDisk(limits, settings)) {
    const { limit, points, tried, refused, broken, seconds } = one;
    console.log(
      `full disk, ${limit}: ${tried} of ${points} sizes, ${refused} refused, ` +
        `${broken.length} broken, ${seconds.toFixed(1)} s`,
    );
    for (const fault of broken) console.log(`  ${fault}`);
    if (broken.length > 0) process.exitCode = 1;
  }
}

// npm run bench: how fast we are beside a baseline measured in the same run. Nothing here passes or
// fails a test; the promises are those of the project itself, and a missed one is printed as missed.
//   node test/bench/bench.mjs [DIST]     DIST: a build to measure; default: build anew
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { least, median, print, seconds } from './measure.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const started = performance.now();
const before = load();
const dist = process.argv[2] ? resolve(process.argv[2]) : build();
const openssl = spawnSync('openssl', ['version']).status === 0;

/** What is measured, ours, the baseline, their ratio, the promise and whether it is kept. */
const rows = [];
const SIZES = [100, 1_000, 10_000];

validateBesideNode();
compileBesideYaml();
artifactsBesideDisk();
if (openssl) tokensAndKeysBesideOpenssl();
print(rows);
console.log(
  `node ${process.version}, ${availableParallelism()} cores, ` +
    `load ${before} before and ${load()} after, ${seconds(started).toFixed(0)} s in all` +
    (openssl ? '' : '; openssl is not here: keys and tokens are not measured'),
);

function build() {
  const { status } = spawnSync(process.execPath, [join(root, 'src/codegen/build.mjs')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
  return join(root, 'dist');
}

function load() {
  return loadavg()[0].toFixed(1);
}

/** The whole process as a person waits for it, in turn with the bare one; the least disturbed. */
function validateBesideNode() {
  const example = join(root, 'examples/lync-exchange/topology.yaml');
  const runs = Array.from({ length: 25 }, () => ({
    bare: timed('-e', '0'),
    ours: timed(join(dist, 'cli/main.js'), 'validate', example),
  }));
  const ours = least(runs.map(run => run.ours));
  const bare = least(runs.map(run => run.bare));
  ratio('validate, whole process / bare node', { ours, baseline: bare, most: 3 });
}

/** Each pair was measured one right after the other; the middle pair counts. */
function compileBesideYaml() {
  const measured = SIZES.map(realms => compilePairs(realms));
  for (const { realms, edges, ours, yaml, reading } of measured) {
    const what = `compile + plan / yaml alone, ${realms} realms, ${edges} edges`;
    const most = realms === SIZES.at(-1) ? 1.6 : undefined;
    ratio(what, { ours, baseline: yaml, most });
    rows.push({ what: '  of that reading and checking', ours: time(reading) });
  }
  const [less, more] = measured.slice(-2).map(one => one.ours);
  const growth = Math.log(more / less) / Math.log(SIZES.at(-1) / SIZES.at(-2));
  limit('  growth exponent, last two sizes', { value: growth, unit: '', most: 1.1 });
  limit('  peak memory of the largest', { value: measured.at(-1).peak, unit: ' GiB', most: 1.5 });
}

/** The pair with the middle ratio, and the highest peak of all. */
function compilePairs(realms) {
  const pairs = Array.from({ length: 5 }, () => {
    const { total: yaml } = child('compile.mjs', dist, String(realms), 'yaml');
    const { total: ours, ...more } = child('compile.mjs', dist, String(realms), 'ours');
    return { realms, yaml, ours, ...more };
  });
  const peak = Math.max(...pairs.map(one => one.peak));
  const middle = pairs.toSorted((a, b) => a.ours / a.yaml - b.ours / b.yaml)[2];
  return { ...middle, peak };
}

/** All that apply does to an artifact besides keys and proofs, on the disk of this folder. */
function artifactsBesideDisk() {
  const scratch = join(root, '.concordat-scratch');
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, 'bench-'));
  try {
    const { artifacts, rendering, writing, bare } = child('artifacts.mjs', dist, '100', folder);
    limit(`rendering + apply, an artifact of ${artifacts}`, {
      value: (rendering + writing) * 1000,
      unit: ' ms',
      most: 1,
    });
    rows.push({ what: '  of that rendering', ours: time(rendering) });
    ratio('  of that apply / bare write, fsync, rename', { ours: writing, baseline: bare });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tokensAndKeysBesideOpenssl() {
  const { keys, tokens } = child('openssl.mjs', dist);
  rate('keys a second / openssl genrsa, all cores', { ...keys, least: 0.95 });
  rate('tokens signed and checked a second / openssl speed', { ...tokens, least: 0.5 });
}

/** Another measurement, in a process of its own that may ask for a clean heap. */
function child(script, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return JSON.parse(node('--expose-gc', path, ...args));
}

function timed(...args) {
  const begun = performance.now();
  node(...args);
  return seconds(begun);
}

function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit ${status}\n${stderr}`);
  return stdout;
}

function ratio(what, { ours, baseline, most }) {
  const found = ours / baseline;
  rows.push({
    what,
    ours: time(ours),
    baseline: time(baseline),
    ratio: found.toFixed(2),
    ...(most !== undefined && { promise: `<= ${most}`, kept: found <= most }),
  });
}

function rate(what, { ours, baseline, least: promised }) {
  // Each pair was measured one right after the other; the middle pair counts.
  const found = median(ours.map((one, index) => one / baseline[index]));
  rows.push({
    what,
    ours: median(ours).toFixed(0),
    baseline: median(baseline).toFixed(0),
    ratio: found.toFixed(2),
    promise: `>= ${promised}`,
    kept: found >= promised,
  });
}

function limit(what, { value, unit, most }) {
  rows.push({
    what,
    ours: `${value.toFixed(2)}${unit}`,
    promise: `<= ${most}${unit}`,
    kept: value <= most,
  });
}

function time(value) {
  if (value >= 1) return `${value.toFixed(2)} s`;
  return value < 0.01 ? `${(value * 1000).toFixed(2)} ms` : `${(value * 1000).toFixed(0)} ms`;
}

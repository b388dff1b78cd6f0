// npm run bench: how fast we are beside a baseline measured in the same run. Nothing here passes or
// fails a test; the limits are those of the project's own promise.
//   node test/bench/bench.mjs [DIST]     DIST: a build to measure; default: build anew
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = process.argv[2] ? resolve(process.argv[2]) : build();
const load = path => import(pathToFileURL(join(dist, path)).href);
const openssl = spawnSync('openssl', ['version']).status === 0;
const cores = availableParallelism();

/** Each row: what is measured, ours, the baseline, their ratio and the limit of the promise. */
const rows = [];
const SIZES = [100, 1_000, 10_000];

validateBesideNode();
compileBesideYaml();
if (openssl) await keysBesideOpenssl();
if (openssl) await tokensBesideOpenssl();
else console.log('openssl is not here: keys and tokens are not measured');
print();

function build() {
  const { status } = spawnSync(process.execPath, [join(root, 'src/codegen/build.mjs')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
  return join(root, 'dist');
}

/** The whole process, as a person waits for it. */
function validateBesideNode() {
  const example = join(root, 'examples/lync-exchange/topology.yaml');
  const main = join(dist, 'cli/main.js');
  const ours = [];
  const bare = [];
  for (let run = 0; run < 15; run++) {
    ours.push(seconds(() => node(main, 'validate', example)));
    bare.push(seconds(() => node('-e', '0')));
  }
  add('validate, whole process / bare node', median(ours), median(bare), '<= 3');
}

function compileBesideYaml() {
  const measured = SIZES.map(realms => ({ realms, ...compile(realms, 'time') }));
  for (const { realms, edges, yaml, reading, planning } of measured) {
    const what = `${realms} realms, ${edges} edges`;
    add(`compile + plan / yaml alone: ${what}`, reading + planning, yaml, '<= 1.6');
    rows.push(['  of that reading and checking', inSeconds(reading), '', '', '']);
  }
  if (existsSync('/proc/self/status')) {
    const { peak } = compile(SIZES.at(-1), 'memory');
    rows.push(['  peak memory of the largest', `${peak.toFixed(2)} GiB`, '', '', '<= 1.5 GiB']);
  }
  const [less, more] = measured.slice(-2);
  const growth = Math.log10((more.reading + more.planning) / (less.reading + less.planning));
  rows.push(['  growth exponent, last two sizes', growth.toFixed(2), '', '', '<= 1.1']);
}

function compile(realms, measure) {
  const script = fileURLToPath(new URL('compile.mjs', import.meta.url));
  return JSON.parse(node(script, dist, String(realms), measure));
}

/** Keys a second on all cores; primes are found by luck, so there are many of them. */
async function keysBesideOpenssl() {
  const { systemWorld } = await load('adapters/system-world.js');
  const { newKeyPair } = systemWorld({
    topology: '.',
    records: '.',
    artifacts: '.',
    keys: undefined,
  });
  const keys = 32 * cores;
  const started = performance.now();
  await Promise.all(Array.from({ length: keys }, () => newKeyPair(2048)));
  const ours = keys / elapsed(started);
  const script = `for i in $(seq ${keys / cores}); do openssl genrsa 2048 >/dev/null 2>&1; done`;
  const parallel = Array.from({ length: cores }, () => `(${script}) &`).join(' ');
  const baseline = keys / seconds(() => spawnSync('sh', ['-c', `${parallel} wait`]));
  addRate('keys a second / openssl genrsa, all cores', ours, baseline, '>= 0.95');
}

/** Signing and checking one token beside what openssl needs for the two operations. */
async function tokensBesideOpenssl() {
  const { signedToken } = await load('proof/mint.js');
  const { systemWorld } = await load('adapters/system-world.js');
  const pair = await systemWorld({
    topology: '.',
    records: '.',
    artifacts: '.',
    keys: undefined,
  }).newKeyPair(2048);
  const key = createPrivateKey({ key: Buffer.from(pair.privateKey), format: 'der', type: 'pkcs8' });
  const known = createPublicKey(key);
  const tokens = 2_000;
  const started = performance.now();
  for (let index = 0; index < tokens; index++) {
    const token = await signedToken({ typ: 'JWT', alg: 'RS256' }, { aud: 'a', nbf: index }, key);
    const at = token.lastIndexOf('.');
    verify(
      'sha256',
      Buffer.from(token.slice(0, at)),
      known,
      Buffer.from(token.slice(at + 1), 'base64url'),
    );
  }
  const ours = tokens / elapsed(started);
  const { stdout } = spawnSync('openssl', ['speed', '-mr', '-seconds', '2', 'rsa2048'], {
    encoding: 'utf8',
  });
  const [, sign, check] = /^\+F2:\d+:2048:([\d.]+):([\d.]+)/m.exec(stdout) ?? [];
  addRate(
    'tokens signed and checked a second / openssl speed',
    ours,
    1 / (1 / Number(sign) + 1 / Number(check)),
    '>= 0.5',
  );
}

function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit ${status}\n${stderr}`);
  return stdout;
}

function seconds(work) {
  const started = performance.now();
  work();
  return elapsed(started);
}

function elapsed(started) {
  return (performance.now() - started) / 1000;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function add(what, ours, baseline, limit) {
  rows.push([what, inSeconds(ours), inSeconds(baseline), (ours / baseline).toFixed(2), limit]);
}

function addRate(what, ours, baseline, limit) {
  rows.push([what, ours.toFixed(0), baseline.toFixed(0), (ours / baseline).toFixed(2), limit]);
}

function inSeconds(time) {
  return time < 1 ? `${(time * 1000).toFixed(0)} ms` : `${time.toFixed(2)} s`;
}

function print() {
  const table = [['', 'ours', 'baseline', 'ratio', 'promise'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
  for (const row of table) {
    console.log(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
        )
        .join('  '),
    );
  }
}

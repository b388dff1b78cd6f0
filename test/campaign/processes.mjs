// The lock campaign: many processes want one lock at once, whatever its last holder came to.
// node test/campaign/processes.mjs [--processes N] [--rounds N] [--stale N]
// One line; exit 1 when something broke.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transpile } from './transpile.mjs';

const WORKER = fileURLToPath(new URL('lock-worker.mjs', import.meta.url));

/** Races for the lock: so many rounds for a free one, so many after holders that ended in other ways. */
export async function lockCampaign({ processes, rounds, stale }) {
  const code = transpile();
  const folder = mkdtempSync(join(tmpdir(), 'concordat-lock-'));
  const path = join(folder, 'lock');
  const start = () => openWorker(code, folder);
  const workers = await Promise.all(Array.from({ length: processes }, start));
  const broken = [];
  const race = async (name, before) => {
    const fault = await raced(workers, path, before);
    if (fault) broken.push(`${name}: ${fault}`);
  };
  try {
    for (let round = 0; round < rounds; round++) await race(`free, ${round}`, 'free');
    const endings = Object.entries(ENDINGS);
    for (let at = 0; at < stale; at++) {
      const [name, end] = endings[at % endings.length];
      const holder = await end({ path, workers, start }, Math.floor(at / endings.length));
      await race(`${name}, ${at}`, holder ?? 'dead');
    }
    return { tried: rounds + stale, broken };
  } finally {
    for (const { child } of workers) child.kill('SIGKILL');
    for (const place of [code, folder]) rmSync(place, { recursive: true });
  }
}

/** How a holder may end. Returns its id where nobody may take its lock over. */
const ENDINGS = {
  'the holder was killed': async stage => void (await killed(stage, ['take'])),
  'its number belongs to another process': async ({ path, workers }) => {
    leave(path, await aHolder(path, workers[0]), { pid: process.pid, started: '1' });
  },
  'it is on another host': async ({ path, workers }) =>
    leave(path, await aHolder(path, workers[0]), { host: 'elsewhere' }),
  'another was killed in its takeover': async (stage, at) => {
    await killed(stage, ['take']);
    await killed(stage, [`die ${at + 1}`, 'take']);
  },
  'another was killed in unlock': async (stage, at) => {
    const { path, workers } = stage;
    const id = leave(path, await aHolder(path, workers[0]), { host: 'elsewhere' });
    await killed(stage, [`die ${at + 1}`, `unlock ${id}`]);
    return existsSync(path) && holderOf(path).id === id ? id : undefined;
  },
};

/** One of the processes does something, and is killed then at the latest; another takes its place. */
async function killed({ workers, start }, words) {
  const [worker] = workers;
  for (const word of words) await worker.ask(word);
  worker.child.kill('SIGKILL');
  await worker.ended;
  workers[0] = await start();
}

async function aHolder(path, worker) {
  await worker.ask('take');
  const holder = holderOf(path);
  await worker.ask('release');
  return holder;
}

function leave(path, holder, more) {
  writeFileSync(path, JSON.stringify({ ...holder, ...more }));
  return holder.id;
}

const holderOf = path => JSON.parse(readFileSync(path, 'utf8'));

/** All try at once: one has it, and the others name it; after it nothing is left. */
async function raced(workers, path, before) {
  const all = () => Promise.all(workers.map(worker => worker.ask('take')));
  if (before !== 'free' && before !== 'dead') {
    const wrong = (await all()).find(one => !refusesFor(one, before));
    if (wrong) return `one said of a lock that is not for taking: ${JSON.stringify(wrong)}`;
    await workers[0].ask(`unlock ${before}`);
  }
  const said = await all();
  const winners = workers.filter((_, index) => said[index].done);
  if (winners.length !== 1) return `${winners.length} have it: ${JSON.stringify(said)}`;
  const { pid } = winners[0].child;
  if (holderOf(path).pid !== pid) return `the lock names ${holderOf(path).pid}, ${pid} has it`;
  // Who took over is still clearing up when others come: such a one may be named as well.
  const racing = before === 'dead' ? workers.map(({ child }) => child.pid) : [pid];
  const named = one => racing.some(each => refusesFor(one, `process ${each} on `));
  const wrong = said.find(one => !one.done && !named(one));
  if (wrong) return `one said ${JSON.stringify(wrong)}`;
  await winners[0].ask('release');
  const left = readdirSync(join(path, '..'));
  return left.length > 0 ? `there is still ${left.join(', ')}` : undefined;
}

function refusesFor({ code, exit, detail = '' }, who) {
  return code === 'lock/held' && exit === 9 && detail.includes(who);
}

/** A process that waits for words; of one that ends meanwhile the answer is nothing. */
async function openWorker(code, folder) {
  const child = spawn(process.execPath, [WORKER, code, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? '{}');
  const ended = new Promise(done => child.on('exit', done));
  await next();
  const ask = word => {
    child.stdin.write(`${word}\n`);
    return next();
  };
  return { child, ended, ask };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const number = { type: 'string' };
  const { values } = parseArgs({ options: { processes: number, rounds: number, stale: number } });
  const [processes, rounds, stale] = [
    values.processes ?? 16,
    values.rounds ?? 200,
    values.stale ?? 50,
  ];
  const started = performance.now();
  const counts = { processes: Number(processes), rounds: Number(rounds), stale: Number(stale) };
  const { tried, broken } = await lockCampaign(counts);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `processes: ${processes} for one lock, ${tried} rounds, ${stale} of them after a holder ` +
      `that ended otherwise, ${broken.length} broken, ${seconds} s`,
  );
  for (const fault of broken) console.log(`  ${fault}`);
  if (broken.length > 0) process.exitCode = 1;
}

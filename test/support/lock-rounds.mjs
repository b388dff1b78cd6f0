// Real processes compete for one lock, round after round: one wins, the others are refused with
// exit 9 and name who won.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transpile } from '../campaign/transpile.mjs';

/**
 * Lets processes compete; says for each round that went wrong what happened. With `stale` every
 * winner is killed, so that the next round finds a dead holder; else it releases the lock. After
 * the last round each process ends as its last try did.
 */
export async function lockRounds({ processes = 16, rounds = 20, stale = false } = {}) {
  const code = transpile();
  const folder = mkdtempSync(join(tmpdir(), 'concordat-rounds-'));
  const start = () => rival(code, join(folder, 'lock'));
  const rivals = Array.from({ length: processes }, start);
  const faults = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      const said = await play(rivals);
      const fault = faultOf(said, stale && round > 1);
      if (fault) faults.push(`round ${round}: ${fault}`);
      const won = rivals.filter((_, index) => said[index].won);
      if (round === rounds) faults.push(...(await exitsOf(rivals, said)));
      else for (const one of won) await (stale ? replace(one, rivals, start) : release(one));
    }
  } finally {
    for (const { child } of rivals) child.kill('SIGKILL');
    for (const path of [code, folder]) rmSync(path, { recursive: true });
  }
  return { rounds, faults };
}

async function play(rivals) {
  // All are there before the first is told.
  await Promise.all(rivals.map(({ ready }) => ready));
  for (const one of rivals) one.tell('go');
  return Promise.all(rivals.map(({ hear }) => hear()));
}

async function release({ tell, hear }) {
  tell('release');
  await hear();
}

async function replace(one, rivals, start) {
  one.child.kill('SIGKILL');
  await one.ended;
  rivals[rivals.indexOf(one)] = start();
}

async function exitsOf(rivals, said) {
  for (const { tell } of rivals) tell('end');
  const exits = await Promise.all(rivals.map(({ ended }) => ended));
  const expected = said.map(({ won }) => (won ? 0 : 9));
  return exits.flatMap((exit, index) =>
    exit === expected[index] ? [] : [`process ${said[index].pid} ended with ${exit}`],
  );
}

function faultOf(said, dead) {
  const winners = said.filter(({ won }) => won);
  if (winners.length !== 1) return `${winners.length} winners`;
  const [winner] = winners;
  if (dead !== Boolean(winner.tookOver)) return `the winner took over: ${winner.tookOver}`;
  const losers = said.filter(({ won }) => !won);
  const bad = losers.find(one => one.exit !== 9 || one.code !== 'lock/held' || !names(one));
  return bad && JSON.stringify(bad);

  function names({ detail }) {
    const named = Number(/held by [0-9a-f]+: apply by process (\d+) on /.exec(detail)?.[1]);
    // While a dead holder is replaced, the one who is at it counts as the holder.
    return dead ? said.some(({ pid }) => pid === named) : named === winner.pid;
  }
}

function rival(code, path) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script(code, path)]);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async () => JSON.parse((await lines.next()).value);
  const ended = new Promise(done => child.on('close', (exit, signal) => done(signal ?? exit)));
  return { child, hear, ended, ready: hear(), tell: word => child.stdin.write(`${word}\n`) };
}

/** One process: it tries when it is told to and says how that went; at the end, as an exit. */
function script(code, path) {
  return `
    import { randomBytes } from 'node:crypto';
    import { createInterface } from 'node:readline';
    import { takeLock } from ${JSON.stringify(`${code}/adapters/file-lock.js`)};
    const say = it => process.stdout.write(JSON.stringify({ pid: process.pid, ...it }) + '\\n');
    const context = { now: () => new Date(), random: randomBytes };
    let lock;
    const acts = {
      async go() {
        try {
          process.exitCode = 0;
          lock = await takeLock(${JSON.stringify(path)}, 'apply', context);
          say({ won: true, tookOver: lock.tookOver });
        } catch (error) {
          process.exitCode = error.exit ?? 1;
          say({ exit: error.exit, code: error.diagnostic?.code, detail: error.message });
        }
      },
      async release() {
        await lock.release();
        say({});
      },
      async end() {
        process.stdin.destroy();
      },
    };
    say({});
    for await (const word of createInterface({ input: process.stdin })) await acts[word]();`;
}

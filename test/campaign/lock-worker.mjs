// One process of the lock campaign: node lock-worker.mjs CODE FOLDER; each line says what to do.
// `take`, `release` and `unlock ID` answer with how it went; after `die N` the Nth change of the disk kills it.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';

const CHANGES = 'openSync writeFileSync fsyncSync linkSync renameSync unlinkSync'.split(' ');
let left = Infinity;
for (const name of CHANGES) {
  const real = fs[name];
  fs[name] = (...given) => {
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
    return real(...given);
  };
}
syncBuiltinESMExports();

const [code, folder] = process.argv.slice(2);
const { fileState } = await import(`${code}/adapters/file-state.js`);
const state = fileState(folder, { now: () => new Date(), random: count => randomBytes(count) });
let held;

const deeds = {
  take: async () => (held = await state.lock('campaign')),
  release: () => held.release(),
  unlock: id => state.unlock(id, false),
  die: async count => (left = Number(count)),
};

console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const [word, given] = line.split(' ');
  const refused = error => ({
    code: error.diagnostic?.code ?? String(error.stack),
    exit: error.exit,
    detail: error.diagnostic?.detail ?? '',
  });
  const answer = await deeds[word](given).then(() => ({ done: true }), refused);
  console.log(JSON.stringify(answer));
}

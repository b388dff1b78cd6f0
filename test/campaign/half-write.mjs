// Preloaded into a command: a signal or an error comes when half of one file is written.
// HALF_WRITE=3:SIGKILL the third file; with SIGINT,SIGINT two signals; 3:ENOSPC an error.
// Standard streams are no files.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [number, what] = (process.env['HALF_WRITE'] ?? '0:').split(':');
const whole = fs.writeFileSync;
let count = 0;

fs.writeFileSync = (target, bytes, ...rest) => {
  if (typeof target !== 'number' || target < 3 || ++count !== Number(number)) {
    return whole(target, bytes, ...rest);
  }
  const half = fs.writeSync(target, bytes, 0, bytes.length >> 1);
  if (what.startsWith('E')) throw Object.assign(new Error(what), { code: what });
  for (const signal of what.split(',')) process.kill(process.pid, signal);
  return whole(target, bytes.subarray(half), ...rest);
};
syncBuiltinESMExports();

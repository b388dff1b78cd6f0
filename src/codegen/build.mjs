// Makes dist/ anew: generated files, compiler, what it does not copy. Silent when it works.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { link } from './link.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Rooms of many small files that every check loads; one file each is quicker. */
const ROOMS = ['topology/read.js', 'rules/index.js'];
/** The step has said why. */
const FAILED = new Error('a step of the build failed');
const fresh = join(root, `.concordat-scratch/dist-${process.pid}`);
try {
  run('src/codegen/generate.mjs');
  run('node_modules/typescript/bin/tsc', '--noEmitOnError', '--outDir', fresh);
  for (const room of ROOMS) link(join(fresh, room));
  copyCommonJs(join(root, 'src/generated'), join(fresh, 'generated'));
  chmodSync(join(fresh, 'cli/main.js'), 0o755);
  // Only a whole build takes the place of the one before.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(fresh, join(root, 'dist'));
} catch (failure) {
  if (failure !== FAILED) throw failure;
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function run(script, ...options) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw FAILED;
}

/** tsc copies neither the validators nor their types. */
function copyCommonJs(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter(file => /\.d\.cts$|\.cjs$/.test(file))) {
    copyFileSync(join(from, name), join(to, name));
  }
}

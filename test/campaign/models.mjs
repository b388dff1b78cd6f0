// The model campaign: what must hold of every topology, in process, with worlds in memory.
// node test/campaign/models.mjs [--runs N] [--seed N] [--path P --only NAME]   the last two try one case again
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values } = parseArgs({ options: { runs: text, seed: text, path: text, only: text } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config=test/vitest.config.ts'];
const only = values.only ? ['-t', values.only] : [];
const tests = [...vitest, '--reporter=verbose', 'test/properties/models.test.ts', ...only];
const env = {
  ...process.env,
  MODEL_RUNS: values.runs ?? '50000',
  MODEL_SEED: values.seed ?? '1',
  ...(values.path && { MODEL_PATH: values.path }),
};
const { status } = spawnSync(process.execPath, tests, { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;

// npm run goldens: writes examples/*/expected anew; read the change before you commit it.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/vitest.config.ts',
    'test/examples.test.ts',
  ],
  { stdio: 'inherit', env: { ...process.env, UPDATE_GOLDENS: '1' } },
);
process.exitCode = status ?? 1;

// `npm test`: judges, build, checks, tests; the last line is `N passed, N failed, N skipped`.
// With arguments (`npm test -- test/plan -u`) only the tests that they name, given to vitest.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildHost, installJudges } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path => join(root, 'node_modules', path);
const scratch = mkdtempSync(join(tmpdir(), 'concordat-test-'));
const results = join(scratch, 'results.json');
const wanted = process.argv.slice(2);

const BUILD = [['build', () => node(join(root, 'src/codegen/build.mjs'))]];
const CHECKS = [
  ['generated files are fresh', () => node(join(root, 'src/codegen/generate.mjs'), '--check')],
  ['types', () => node(bin('typescript/bin/tsc'), '-p', 'test/tsconfig.json')],
  [
    'format',
    () => node(bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', ...FORMATTED),
  ],
];
const LINT = [
  'lint',
  () => node(bin('eslint/bin/eslint.js'), '--config', 'test/eslint.config.mjs', 'src', 'test'),
];
const FORMATTED = ['src/**/*.{ts,mjs}', '!src/generated/**', 'test/**/*.{ts,mjs}'];

const tests = () =>
  node(
    bin('vitest/vitest.mjs'),
    'run',
    '--config=test/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...wanted,
  );

const failed = [];
await inTurn([
  ['judges', installJudges],
  ['engine host', buildHost],
]);
if (wanted.length === 0) {
  await inTurn(BUILD);
  // The linter takes as long as the others together.
  await Promise.all([inTurn(CHECKS), inTurn([LINT])]);
}
await inTurn([['tests', tests]]);
const counts = count();
rmSync(scratch, { recursive: true });

const missing = await missingTools();
if (missing.length > 0) console.log(`not on this machine, tests skipped: ${missing.join(', ')}`);
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
// A failed check counts as one failure; failed tests count themselves.
const broken = failed.filter(name => name !== 'tests' || counts.failed === 0).length;
process.exitCode = failed.length > 0 || counts.failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${counts.failed + broken} failed, ${counts.skipped} skipped`);

/** Does one after the other, and says of each how long it took. */
async function inTurn(stages) {
  for (const [name, work] of stages) {
    const started = performance.now();
    const good = await work();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${name}: ${seconds} s${good ? '' : ', failed'}`);
    if (!good) failed.push(name);
  }
}

function node(...args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return new Promise(resolve => child.on('close', status => resolve(status === 0)));
}

/** Counts of tests; a file that could not be loaded is one failure. */
function count() {
  if (!existsSync(results)) return { passed: 0, failed: 0, skipped: 0 };
  const said = JSON.parse(readFileSync(results, 'utf8'));
  const unloaded = said.testResults.filter(
    file =>
      file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  );
  return {
    passed: said.numPassedTests,
    failed: said.numFailedTests + unloaded.length,
    skipped: said.numPendingTests + said.numTodoTests,
  };
}

/** The judges that the tests look for in vain, from the list that the tests themselves use. */
async function missingTools() {
  const { default: ts } = await import('typescript');
  const source = readFileSync(join(root, 'test/support/tools.ts'), 'utf8');
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  const list = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  return list.missingTools;
}

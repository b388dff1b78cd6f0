// npm run quickstart: the main example from validation to applied files, in a fresh folder.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const example = fileURLToPath(new URL('lync-exchange', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'concordat-'));
cpSync(join(example, 'topology.yaml'), join(folder, 'topology.yaml'));
const passphrase = join(folder, 'passphrase');
writeFileSync(passphrase, randomBytes(24).toString('base64url') + '\n', { mode: 0o600 });

run('validate');
run('keys', 'prepare');
run('plan', '--out', 'plan.json');
run('prove', '--plan', 'plan.json');
const { checksum } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
run('apply', '--plan', 'plan.json', `--allow-widening=${checksum}`);
run('prove');

console.log(`\nrunbook   ${join(folder, 'artifacts', 'RUNBOOK.md')}`);
console.log(`clean up  delete the folder ${folder}`);

function run(...words) {
  console.log(`\n$ concordat ${words.join(' ')}`);
  const { status } = spawnSync(process.execPath, [command, ...words], {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, CONCORDAT_PASSPHRASE_FILE: passphrase },
  });
  if (status !== 0) process.exit(status ?? 1);
}

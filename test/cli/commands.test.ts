import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench, call, type Bench } from '../support/cli.ts';

const empty = (): string => mkdtempSync(join(tmpdir(), 'concordat-test-'));

describe('the way from a topology to applied files', () => {
  const lync = bench('lync-exchange');

  it('validates, with warnings on stderr and one line on stdout', () => {
    const result = lync.run(['validate']);
    expect(result).toMatchObject({ exit: 0, out: 'litware: valid\n' });
    expect(result.err).toContain('topology.yaml:14:14: warning: Product is out of support');
  });

  it('refuses warnings with --strict', () => {
    expect(lync.run(['validate', '--strict']).exit).toBe(5);
  });

  it('previews before the keys exist, and refuses to apply the preview', () => {
    const preview = lync.run(['plan']);
    expect(preview.exit).toBe(0);
    expect(preview.out).toContain('(known after keys prepare)');
    expect(preview.out).toContain('This is a preview and cannot be applied');
    expect(preview.err).toContain('next: concordat keys prepare');
    const refused = lync.run(['apply', '--auto-approve']);
    expect(refused.exit).toBe(8);
    expect(refused.err).toContain('[plan/incomplete]');
    expect(refused.err).toContain('concordat keys prepare');
  });

  it('makes keys once', () => {
    const first = lync.run(['keys', 'prepare']);
    const second = lync.run(['keys', 'prepare']);
    expect([first.exit, second.exit]).toEqual([0, 0]);
    expect(second.out).toBe(first.out);
    expect(lync.run(['keys', 'list'], { CONCORDAT_PASSPHRASE_FILE: '/nowhere' }).out).toBe(
      first.out,
    );
  });

  it('saves a plan, and writes nothing else', () => {
    expect(lync.run(['plan', '--out', 'plan.json']).exit).toBe(0);
    expect(existsSync(join(lync.folder, 'artifacts'))).toBe(false);
    expect(existsSync(join(lync.folder, '.concordat/state.json'))).toBe(false);
    expect(lync.run(['plan', '--out', 'plan.json']).err).toContain('[cli/file-exists]');
  });

  it('shows the saved plan whole', () => {
    expect(lync.run(['show', 'plan.json']).out).toContain('Trust: widens');
    const json: unknown = JSON.parse(lync.run(['show', 'plan.json', '--format', 'json']).out);
    expect(json).toMatchObject({ kind: 'plan', complete: true });
  });

  it('proves the saved plan before anything is written', () => {
    const proof = lync.run(['prove', '--plan', 'plan.json']);
    expect(proof.exit).toBe(0);
    expect(proof.out).toContain('proved');
    expect(lync.run(['prove']).err).toContain('[proof/nothing-written]');
  });

  it('wants an approval that names the checksum, because the plan widens trust', () => {
    const refused = lync.run(['apply', '--plan', 'plan.json', '--auto-approve']);
    expect(refused.exit).toBe(10);
    expect(refused.err).toContain(`--allow-widening=${checksum(lync)}`);
    expect(existsSync(join(lync.folder, 'artifacts'))).toBe(false);
  });

  it('applies the saved plan, once', () => {
    const grant = `--allow-widening=${checksum(lync)}`;
    const applied = lync.run(['apply', '--plan', 'plan.json', grant]);
    expect(applied.exit).toBe(0);
    expect(applied.out).toContain('Apply complete: 24 files written');
    expect(existsSync(join(lync.folder, 'artifacts/RUNBOOK.md'))).toBe(true);
    const again = lync.run(['apply', '--plan', 'plan.json', grant]);
    expect(again.exit).toBe(8);
    expect(again.err).toContain('it has been applied already');
    expect(again.err).toContain('that reviewed: concordat plan --out plan-2.json');
  });

  it('proves no saved plan that is no longer what would be written (plan/stale)', () => {
    const proof = lync.run(['prove', '--plan', 'plan.json']);
    expect(proof.exit).toBe(8);
    expect(proof.err).toContain('[plan/stale]');
  });

  it('plans nothing more, and says what no receipt has come back for', () => {
    const after = lync.run(['plan', '--detailed-exitcode']);
    expect(after.exit).toBe(0);
    expect(after.out).toContain('No changes to write; 7 resources not yet reported');
    expect(after.out).toContain('partner/lync/exchange');
  });

  it('proves the files on disk, and no longer when one of them was altered', () => {
    expect(lync.run(['prove']).exit).toBe(0);
    const script = join(lync.folder, 'artifacts/lync/scripts/40-partner-exchange.ps1');
    const bytes = readFileSync(script, 'latin1');
    writeFileSync(
      script,
      bytes.replace("Realm = 'litware.com'", "Realm = 'litware.org'"),
      'latin1',
    );
    const failed = lync.run(['prove', '--no-digests']);
    expect(failed.exit).toBe(7);
    expect(failed.out).toContain('lync/scripts/40-partner-exchange.ps1');
    writeFileSync(script, bytes, 'latin1');
  });

  it('exports a PFX that only the owner can read', () => {
    writeFileSync(join(lync.folder, 'password'), 'Sixteen-Letters-1\n');
    const words = ['keys', 'export', '--address', 'certificate/lync', '--pfx', 'lync.pfx'];
    const exported = lync.run([...words, '--password-file', 'password']);
    expect(exported.exit).toBe(0);
    expect(readFileSync(join(lync.folder, 'lync.pfx')).length).toBeGreaterThan(1000);
    expect(lync.run([...words, '--password-file', 'password']).err).toContain('[cli/file-exists]');
  });

  it.each(['artifacts/lync.pfx', 'artifacts/lync/new/lync.pfx', 'link/lync.pfx'])(
    'exports no PFX among what goes to the servers: %s',
    place => {
      const link = join(lync.folder, 'link');
      if (!existsSync(link)) symlinkSync(join(lync.folder, 'artifacts'), link);
      const words = ['keys', 'export', '--address', 'certificate/lync', '--pfx', place];
      const refused = lync.run([...words, '--password-file', 'password']);
      expect(refused.exit).toBe(5);
      expect(refused.err).toContain('[write/unsafe-folder]');
      expect(existsSync(join(lync.folder, place))).toBe(false);
    },
  );

  it('takes no topology of another name for this project', () => {
    const text = readFileSync(join(lync.folder, 'topology.yaml'), 'utf8');
    writeFileSync(join(lync.folder, 'other.yaml'), text.replace('name: litware\n', 'name: lab\n'));
    const refused = lync.run(['plan', 'other.yaml']);
    expect(refused).toMatchObject({ exit: 8, out: '' });
    expect(refused.err).toContain('[state/lineage]');
    expect(refused.err).toContain('the topology is called "lab"');
  });

  it('shows the state', () => {
    expect(lync.run(['show', '.concordat/state.json']).out).toContain('litware: serial 1');
  });
});

describe('words on the command line', () => {
  const here = empty();

  it.each([
    [['validate'], 5, 'cli/no-topology'],
    [['validate', 'nowhere.yaml'], 5, 'cli/no-topology'],
    [['explain', 'no/such'], 64, 'cli/unknown-code'],
    [['schema', 'nothing'], 5, 'cli/unknown-schema'],
    [['show', 'nowhere.json'], 5, 'cli/unreadable'],
    [['show', 'other.json'], 5, 'cli/not-shown'],
    [['init', '.', '--name', 'Not A Name'], 5, 'cli/name'],
  ])('%s is refused with exit %i and %s', (words, exit, code) => {
    writeFileSync(join(here, 'other.json'), '{}');
    const result = call(words, here);
    expect(result.err).toContain(`[${code}]`);
    expect(result).toMatchObject({ exit, out: '' });
  });

  it.each([[['plan', '--at', 'yesterday'], 'cli/instant']])('%s: %s', (words, code) => {
    const result = bench('no-features').run(words);
    expect(result.err).toContain(`[${code}]`);
    expect(result.exit).toBe(64);
  });

  it('reads the passphrase from a file that is there (else cli/passphrase-file)', () => {
    const result = bench('lync-exchange').run(['keys', 'prepare', '--passphrase-file', 'nowhere']);
    expect(result.err).toContain('[cli/passphrase-file]');
  });

  it('answers unknown words with the nearest known one and exit 64', () => {
    const result = call(['aply'], here);
    expect(result.exit).toBe(64);
    expect(result.err).toContain('Did you mean apply?');
  });

  it('never shows a stack trace', () => {
    for (const words of [
      ['validate', here],
      ['plan', '/dev/null'],
      ['show', here],
    ]) {
      expect(call(words, here).err).not.toMatch(/^\s+at .*:\d+:\d+/m);
    }
  });
});

describe('what helps', () => {
  it('writes a starting topology that validates, and never over one that is there', () => {
    const folder = empty();
    const words = ['init', '.', '--name', 'northwind', '--sip-domain', 'northwindtraders.com'];
    expect(call(words, folder).exit).toBe(0);
    expect(call(['validate'], folder)).toMatchObject({ exit: 0, out: 'northwind: valid\n' });
    const second = call(words, folder);
    expect(second.exit).toBe(5);
    expect(second.err).toContain('[cli/file-exists]');
  });

  it('explains every code it may print, and lists them', () => {
    const folder = empty();
    const codes = call(['explain'], folder).out.trim().split('\n');
    expect(codes.length).toBeGreaterThan(80);
    expect(call(['explain', 'realm/domain-shape'], folder).out).toContain('litware_inc.com');
  });

  it('prints the schemas it ships', () => {
    const names = ['topology', 'plan', 'diff', 'event', 'state', 'receipt', 'status', 'product'];
    for (const name of names) {
      expect(JSON.parse(call(['schema', name], empty()).out)).toHaveProperty('$schema');
    }
  });

  it('tells pending changes by the exit code, where that is asked for', () => {
    const { run } = bench('skype-exchange-se');
    expect(run(['plan']).exit).toBe(0);
    expect(run(['plan', '--detailed-exitcode']).exit).toBe(2);
    expect(run(['plan', '--at', '2026-12-24', '--format', 'json']).out).toContain(
      '"clock": "2026-12-24T00:00:00Z"',
    );
  });

  it('shows what changes in every rendered file', () => {
    const { out } = bench('skype-exchange-se').run(['plan', '--diff']);
    expect(out).toContain('+++ b/skype/scripts/30-contact-store.ps1');
    expect(out).toContain('Binary file skype/certificates/issuer.cer: create');
  });

  it('reads several files as one topology', () => {
    const { folder, run } = bench('no-features');
    const text = readFileSync(join(folder, 'topology.yaml'), 'utf8');
    const at = text.indexOf('deployments:');
    mkdirSync(join(folder, 'topology'));
    writeFileSync(join(folder, 'topology/1.yaml'), text.slice(0, at));
    writeFileSync(join(folder, 'topology/2.yaml'), 'apiVersion: concordat/v1\n' + text.slice(at));
    expect(run(['validate', 'topology'])).toMatchObject({ exit: 0, out: 'fabrikam: valid\n' });
  });
});

function checksum({ folder }: Bench): string {
  const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as { checksum: string };
  return plan.checksum;
}

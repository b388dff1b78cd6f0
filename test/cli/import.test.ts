import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { atExchange, exchange, skype } from '../import/sides.ts';
import { call, LATER, type Call } from '../support/cli.ts';
import { evidenceBody, sealed, type Read } from '../support/evidence.ts';

const AT = ['--at', '2026-11-24T12:00:00Z'];

/** Contacts move to mailboxes: a feature that needs the trust. */
const MOVING = { 'Get-CsUserServicesPolicy': [{ Identity: 'Global', UcsAllowed: true }] };

interface Desk {
  readonly folder: string;
  run(...words: string[]): Call;
  text(path: string): string;
}

/** A folder with nothing in it but what was brought from servers. */
function desk(...reads: Read[]): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-import-'));
  for (const read of reads) {
    const place = join(folder, 'evidence', `evidence-${read.family}-${read.host}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'envelope.json'), sealed(evidenceBody(read)));
  }
  return {
    folder,
    run: (...words) => call(words, folder),
    text: path => readFileSync(join(folder, path), 'utf8'),
  };
}

describe('concordat import', () => {
  it('writes a topology that is valid and that no plan of the same evidence changes', () => {
    const { run, text } = desk(skype(MOVING), exchange());
    const done = run('import', 'evidence', ...AT);
    expect(done.err).toBe(
      'next: look at every line with "decide:", then: concordat plan topology.yaml --from evidence\n',
    );
    expect(done.exit).toBe(0);
    expect(done.out.split('\n').filter(line => line !== '')).toEqual([
      'wrote evidence/exchange.cer',
      'wrote evidence/skype.cer',
      'wrote topology.yaml',
      'wrote .concordat/topology.schema.json',
    ]);
    expect(text('topology.yaml')).toContain('# yaml-language-server: $schema=.concordat/');
    expect(run('validate', '--strict').exit).toBe(0);
    const planned = run('plan', '--from', 'evidence', ...AT);
    expect(planned.out).toContain('No server changes.');
    const { changes, trust } = JSON.parse(
      run('plan', '--from', 'evidence', ...AT, '--format', 'json').out,
    ) as Plan;
    const others = changes.filter(
      ({ actions, kind }) => actions[0] !== 'keep' && kind !== 'document',
    );
    expect(others).toEqual([]);
    expect(trust.reading).toBe('same');
    expect(changes.length).toBe(9);
  });

  it('goes on in the file that is named, under the name that is given', () => {
    const { run, text } = desk(skype(MOVING), exchange());
    const words = ['import', 'evidence', '--out', 'new/estate.yaml', '--name', 'litware-eu', ...AT];
    expect(run(...words)).toMatchObject({ exit: 0 });
    expect(text('new/estate.yaml')).toContain('\nname: litware-eu\n');
    expect(run('validate', 'new/estate.yaml', '--strict').exit).toBe(0);
  });

  it('writes what can be proved, also where partners read a document at another name', () => {
    const elsewhere = atExchange({
      AuthMetadataUrl: 'https://other.litwareinc.com/metadata/json/1',
      Realm: 'litwareinc.com',
    });
    const { folder } = desk(skype(MOVING), exchange({ 'Get-PartnerApplication': [elsewhere] }));
    const run = (...words: string[]): Call =>
      call(words, folder, { ...LATER, LATER: '2026-11-24T12:00:00Z' });
    expect(run('import', 'evidence').exit).toBe(0);
    expect(run('plan', '--from', 'evidence').out).toContain('No server changes.');
    const applied = run('apply', '--from', 'evidence', '--auto-approve');
    expect(applied.out).toContain('Proved: 2 trust edges, nothing failed.');
    expect(applied.exit).toBe(0);
  });

  it('takes a folder for where the topology goes, and prints what can be pasted', () => {
    const { folder, run, text } = desk(skype(MOVING), exchange());
    mkdirSync(join(folder, 'new estate'));
    const done = run('import', 'evidence', '--out', 'new estate/', ...AT);
    expect(done.err).toContain('concordat plan "new estate/topology.yaml" --from evidence\n');
    expect(text('new estate/topology.yaml')).toContain('apiVersion');
  });

  it('writes nothing over what is there, and nothing at all then', () => {
    const { run, folder, text } = desk(skype(MOVING), exchange());
    writeFileSync(join(folder, 'evidence', 'skype.cer'), 'mine');
    const done = run('import', 'evidence', ...AT);
    expect(done).toMatchObject({ exit: 5, out: '' });
    expect(done.err).toContain('evidence/skype.cer is there already; nothing was written');
    expect(text('evidence/skype.cer')).toBe('mine');
    expect(() => text('evidence/exchange.cer')).toThrow('ENOENT');
  });

  it('says all that is wrong with evidence at once, and writes nothing', () => {
    const old = exchange({}, { at: '2026-01-01T00:00:00Z' });
    const { run, text } = desk(old, skype({}, { build: '1.2.3.4' }));
    const done = run('import', 'evidence', ...AT);
    expect(done.exit).toBe(5);
    expect(done.err).toContain('import/unknown-version');
    expect(done.err).not.toMatch(/\n {4}at /);
    expect(() => text('topology.yaml')).toThrow('ENOENT');
  });

  it('ends with 5 where a server cannot sign: the file is there, and every plan is refused', () => {
    const thumbprint = 'C'.repeat(40);
    const objects = { 'Get-CsCertificate': [{ Thumbprint: thumbprint, EffectiveDate: null }] };
    const why = 'it is not in the store LocalMachine\\My of this computer.';
    const { run, text } = desk(
      skype(objects, { unread: { [`certificate ${thumbprint}`]: why } }),
      exchange(),
    );
    const done = run('import', 'evidence', ...AT);
    expect(done.exit).toBe(5);
    expect(done.err).toContain('[certificate/not-on-server]');
    expect(done.err).toMatch(/next: mend .* concordat plan topology\.yaml --from evidence\n$/);
    expect(text('topology.yaml')).toContain('partners:');
    expect(run('plan', '--from', 'evidence', ...AT).exit).toBe(5);
  });

  it('refuses what is no evidence, and what a fetched document cannot say', () => {
    const { run, folder } = desk();
    expect(run('import', 'nothing', ...AT)).toMatchObject({ exit: 5, out: '' });
    const fetched = {
      ...evidenceBody(exchange({}, { certificates: {} })),
      source: 'url',
    };
    mkdirSync(join(folder, 'evidence', 'document'), { recursive: true });
    writeFileSync(join(folder, 'evidence', 'document', 'envelope.json'), sealed(fetched));
    const done = run('import', 'evidence', ...AT);
    expect(done).toMatchObject({ exit: 5, out: '' });
    expect(done.err).toContain('[import/nothing]');
  });

  it('names once what is called evidence and was not read, and so does every plan of it', () => {
    const { run, folder } = desk(skype(MOVING), exchange());
    mkdirSync(join(folder, 'evidence', 'evidence-half', 'objects'), { recursive: true });
    const done = run('import', 'evidence', ...AT);
    expect(done.exit).toBe(0);
    const planned = run('plan', '--from', 'evidence', ...AT);
    expect(planned.exit).toBe(0);
    for (const { err } of [done, planned]) {
      expect(err.split('[evidence/skipped]')).toHaveLength(2);
      expect(err).toContain('evidence/evidence-half was not read: it has no envelope.json');
    }
    expect(run('plan', '--from', 'evidence', '--strict', ...AT).exit).toBe(5);
  });

  it('takes a folder that is named twice, and a copy of it, once', () => {
    const { run, folder } = desk(skype(MOVING), exchange());
    cpSync(join(folder, 'evidence'), join(folder, 'copy'), { recursive: true });
    const done = run('import', 'evidence', 'evidence/', 'copy', ...AT);
    expect([done.exit, done.err.split('\n').length]).toEqual([0, 2]);
    expect(done.err).toMatch(/^next: /);
  });

  it('refuses a name that is none', () => {
    expect(desk(skype()).run('import', 'evidence', '--name', 'A b').err).toContain('cli/name');
  });
});

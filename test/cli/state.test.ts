import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot, writeSnapshot } from '../../src/state/codec.ts';
import { bench } from '../support/cli.ts';

const PARTNER = 'partner/skype/exchange';
const because = (reason: string) => ['--reason', reason];

describe('concordat state', () => {
  const project = bench('skype-exchange-se');
  const stored = () => readFileSync(join(project.folder, '.concordat/state.json'), 'utf8');

  it('is nothing before the first apply (state/none)', () => {
    for (const words of [
      ['list'],
      ['history'],
      ['show', PARTNER],
      ['rm', PARTNER, ...because('x')],
    ]) {
      const { exit, err } = project.run(['state', ...words]);
      expect(exit).toBe(1);
      expect(err).toContain('[state/none]');
    }
  });

  describe('after an apply', () => {
    beforeAll(() => {
      const { checksum } = JSON.parse(project.run(['plan', '--format', 'json']).out) as {
        checksum: string;
      };
      expect(project.run(['apply', `--allow-widening=${checksum}`]).exit).toBe(0);
    });

    it('lists every resource and shows one, for people and programs', () => {
      const { out } = project.run(['state', 'list']);
      expect(out).toContain('northwind: serial 1, lineage ');
      expect(out).toMatch(/^ {2}partner\/skype\/exchange {2,}rendered {2}since 20/m);
      expect(project.run(['state', 'show', PARTNER]).out).toContain('level ');
      const json: unknown = JSON.parse(
        project.run(['state', 'show', PARTNER, '--format', 'json']).out,
      );
      expect(json).toMatchObject({ address: PARTNER, standing: 'rendered' });
    });

    it('confirms what no receipt says, once, and the next plan awaits it no more', () => {
      const lost = because('the receipt was lost with the server');
      const { exit, out } = project.run(['state', 'confirm', PARTNER, ...lost]);
      expect([exit, out]).toEqual([0, `${PARTNER}: rendered -> deployed; state serial 2\n`]);
      const plan = project.run(['plan', '--detailed-exitcode']);
      expect(plan.exit).toBe(0);
      expect(plan.out).not.toContain(`${PARTNER} `);
      const before = stored();
      const again = project.run(['state', 'confirm', PARTNER, ...lost]);
      expect(again.out).toBe(`${PARTNER} is deployed already; nothing was changed\n`);
      expect(stored()).toBe(before);
    });

    it('refuses an address that it does not hold, and a reason that is none', () => {
      const before = stored();
      const unknown = project.run(['state', 'rm', 'partner/skype/nobody', ...because('x')]);
      expect([unknown.exit, unknown.err]).toEqual([
        5,
        expect.stringContaining('[state/unknown-address]'),
      ]);
      expect(project.run(['state', 'rm', PARTNER, ...because('')]).err).toContain('[state/reason]');
      expect(project.run(['state', 'rm', PARTNER]).exit).toBe(64);
      expect(stored()).toBe(before);
    });

    it('forgets a resource, and what is declared is to be let in anew', () => {
      const gone = project.run(['state', 'rm', PARTNER, ...because('removed by hand')]);
      expect(gone.out).toBe(`${PARTNER}: deployed -> gone; state serial 3\n`);
      const { out } = project.run(['plan']);
      expect(out).toContain('Trust: widens');
      expect(out).toContain(`# ${PARTNER} will be ensured`);
    });

    it('goes to another clone, which takes no older one and none of another history', () => {
      const { out } = project.run(['state', 'pull']);
      expect(out).toBe(stored());
      const file = join(project.folder, 'pulled.json');
      writeFileSync(file, out);
      expect(project.run(['state', 'push', file]).out).toBe(
        'northwind: the state is at serial 3\n',
      );
      const clone = bench('skype-exchange-se');
      expect(clone.run(['state', 'push', file]).exit).toBe(0);
      expect(readFileSync(join(clone.folder, '.concordat/state.json'), 'utf8')).toBe(out);
      const stranger = bench('lync-exchange');
      expect(stranger.run(['state', 'push', file]).exit).toBe(0);
      expect(stranger.run(['plan']).err).toContain('project.json says "northwind"');
      clone.run(['state', 'rm', 'partner/exchange/skype', ...because('x')]);
      const older = clone.run(['state', 'push', file]);
      expect([older.exit, older.err]).toEqual([8, expect.stringContaining('[state/not-newer]')]);
      const own = readFileSync(join(clone.folder, '.concordat/state.json'));
      const other = { ...readSnapshot(own), lineage: 'another', serial: 9 };
      writeFileSync(file, writeSnapshot(other));
      const foreign = clone.run(['state', 'push', file]);
      expect([foreign.exit, foreign.err]).toEqual([8, expect.stringContaining('[state/lineage]')]);
      writeFileSync(file, out.slice(0, 99));
      const torn = clone.run(['state', 'push', file]);
      expect([torn.exit, torn.err]).toEqual([
        1,
        expect.stringContaining('pulled.json: its 99 bytes'),
      ]);
      expect(readFileSync(join(clone.folder, '.concordat/state.json'))).toEqual(own);
    });

    it('remembers what was, and why a person changed it', () => {
      const foreign = join(project.folder, '.concordat/history/000000-aaaaaaaaaaaa.json');
      writeFileSync(foreign, '{}');
      expect(project.run(['state', 'history']).out).toContain('json  of another format\n');
      rmSync(foreign);
      const { out } = project.run(['state', 'history']);
      expect(out).toMatch(/^ {2}000001-[0-9a-f]{12}\.json {2}serial 1 {2}\d+ rendered$/m);
      expect(out).toMatch(/^ {2}now {22,}serial 3 {2}/m);
      expect(out).toMatch(
        /^ {2}serial 2 {2}20\S+Z {2}confirm partner\/skype\/exchange: the receipt was lost/m,
      );
      const json: unknown = JSON.parse(project.run(['state', 'history', '--format', 'json']).out);
      expect(json).toMatchObject({ serial: 3, by_hand: [{ did: 'confirm' }, { did: 'rm' }] });
    });
  });
});

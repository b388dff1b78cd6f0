import { describe, expect, it } from 'vitest';
import { compared } from '../support/compared.ts';
import { exampleText } from '../support/lowered.ts';
import { record } from '../support/recorded.ts';

const lync = exampleText('lync-exchange');
const guarded = lync.replace(
  '{ acceptor: exchange, issuer: lync }',
  '{ acceptor: exchange, issuer: lync, protect: true }',
);
const bare = lync.slice(0, lync.indexOf('partners:'));
const codes = (text: string, before: string) =>
  compared(text, record(before, 'deployed')).findings.map(({ code, address }) => [code, address]);

describe('a protected resource (plan/protected)', () => {
  it('is kept though its block is deleted; the rest of the plan is shown (terraform#17599)', () => {
    const plan = compared(bare, record(guarded, 'deployed'));
    expect(plan.findings.map(({ code, address }) => [code, address])).toEqual([
      ['plan/protected', 'partner/exchange/lync'],
    ]);
    expect(plan.findings[0]?.detail).toContain('this plan would remove it');
    expect(plan.change('partner/lync/exchange').actions).toEqual(['delete']);
  });

  it('is not replaced either', () => {
    const replaced = guarded
      .replace(
        'acceptor: lync, issuer: exchange',
        'acceptor: lync, issuer: exchange, protect: true',
      )
      .replace('default: litware.com', 'default: litware.org');
    expect(codes(replaced, replaced.replace('litware.org', 'litware.com'))).toEqual([
      ['plan/protected', 'partner/lync/exchange'],
    ]);
  });

  it('may change in place', () => {
    const changed = guarded.replace('lyncweb-int.', 'lyncweb-inside.');
    const plan = compared(changed, record(guarded, 'deployed'));
    expect(plan.change('partner/exchange/lync').actions).toEqual(['update']);
    expect(plan.findings).toEqual([]);
  });

  it('may be let go by name, because its object stays', () => {
    const text = `${bare}removed: [{ from: partner/exchange/lync, destroy: false }]\n`;
    expect(codes(text, guarded)).toEqual([]);
  });

  it('goes once a plan without the word was applied', () => {
    const plan = compared(lync, record(guarded, 'deployed'));
    expect(plan.change('partner/exchange/lync')).toMatchObject({
      actions: ['keep'],
      because: [{ code: 'unprotected' }],
    });
    expect(codes(bare, lync)).toEqual([]);
  });

  it('is recorded as one by a plan that says so and changes nothing else', () => {
    const plan = compared(guarded, record(lync, 'deployed'));
    expect(plan.changes.filter(({ because }) => because.length > 0)).toMatchObject([
      {
        address: 'partner/exchange/lync',
        actions: ['keep'],
        because: [{ code: 'protected', text: 'it is protected from now on' }],
      },
    ]);
  });

  it('covers certificate and settings of a protected deployment', () => {
    const whole = lync.replace('\n  lync:\n', '\n  lync:\n    protect: true\n');
    expect(codes(bare, whole).map(([, address]) => address)).toEqual([
      'oauth-settings/lync',
      'certificate/lync',
    ]);
  });
});

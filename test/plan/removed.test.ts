import { describe, expect, it } from 'vitest';
import { compared } from '../support/compared.ts';
import { exampleText } from '../support/lowered.ts';
import { record } from '../support/recorded.ts';

const skype = exampleText('skype-exchange-se');
const bare = skype.slice(0, skype.indexOf('partners:'));
const recorded = record(skype, 'deployed');
const actions = (text: string, before = recorded) =>
  Object.fromEntries(
    compared(text, before).changes.map(({ address, actions: all }) => [address, all.join()]),
  );

describe('what is let go by `removed`', () => {
  it('is forgotten, and no script removes it', () => {
    const text = `${bare}removed: [{ from: partner/skype/exchange, destroy: false }]\n`;
    expect(actions(text)).toMatchObject({
      'partner/skype/exchange': 'forget',
      'partner/exchange/skype': 'delete',
    });
  });

  it('is all of a deployment where its name is written', () => {
    const text = `${bare}removed: [{ from: skype, destroy: false }]\n`;
    const own = Object.entries(actions(text)).filter(([one]) => one.split('/')[1] === 'skype');
    expect(own.map(([, action]) => action)).toEqual(own.map(() => 'forget'));
    expect(actions(text)['partner/exchange/skype']).toBe('delete');
  });

  it('keeps the gate closed that guards it: the partner still stands on its server', () => {
    const text = `${bare}removed: [{ from: partner/skype/exchange, destroy: false }]\n`;
    const gate = compared(text, recorded).change('settings/skype/contact-store');
    expect(gate).toMatchObject({ actions: ['forget'], because: [{ code: 'not-declared/guards' }] });
  });

  it('narrows nothing, and warns that the trust stays: nobody lets go of one in passing', () => {
    const text = `${bare}removed: [{ from: partner/skype/exchange, destroy: false }]\n`;
    const { trust, change } = compared(text, recorded);
    expect(trust.edges.map(({ address, reading }) => [address, reading])).toEqual([
      ['edge/exchange/skype', 'narrows'],
      ['edge/skype/exchange', 'same'],
    ]);
    expect(change('partner/skype/exchange').hazards).toMatchObject([
      { code: 'trust-stays', severity: 'warning' },
    ]);
  });

  it('is let go too where its removal is rendered and nobody has run it', () => {
    const text = `${bare}removed: [{ from: partner/skype/exchange, destroy: false }]\n`;
    expect(actions(text, record(skype, 'removing'))).toEqual({
      'partner/skype/exchange': 'forget',
    });
  });
});

describe('what is no longer declared', () => {
  it('goes in the order of domain 6.5: features, partners, gates, settings, documents, keys', () => {
    const order = compared(bare, recorded).changes.map(({ kind }) => kind);
    expect(order.filter((kind, at) => kind !== order[at - 1])).toEqual([
      'feature',
      'partner',
      'settings',
      'oauth-settings',
      'document',
      'certificate',
    ]);
  });

  it('deletes nothing that the state does not hold, however empty the lists (keycloak MANAGED)', () => {
    const empty = `${bare}partners: []\nscenarios: []\n`;
    expect(compared(empty, undefined).changes).toEqual([]);
    const held = new Set(recorded.resources.map(({ address }) => address as string));
    for (const { address } of compared(empty, recorded).changes) expect(held).toContain(address);
  });
});

describe('hazards of what goes', () => {
  it('R85: what is part of the product stays, and nobody watches its certificate any more', () => {
    const plan = compared(bare, recorded);
    for (const address of [
      'certificate/skype',
      'oauth-settings/skype',
      'oauth-settings/exchange',
    ]) {
      const { hazards } = plan.change(address);
      expect([address, hazards.map(({ code }) => code)]).toEqual([address, ['oauth-stays']]);
    }
  });

  it('R26: another realm replaces the partner, which is an outage; a mere removal is none', () => {
    const lync = exampleText('lync-exchange');
    const other = lync.replace('default: litware.com', 'default: litware.org');
    const replaced = compared(other, record(lync, 'deployed')).change('partner/lync/exchange');
    expect(replaced.actions).toEqual(['delete', 'create']);
    expect(replaced.hazards.map(({ code }) => code)).toEqual(['partner-outage']);
    expect(compared(bare, recorded).change('partner/skype/exchange').hazards).toEqual([]);
  });

  it('R69: what was imported and never seen may be of others', () => {
    const resources = recorded.resources.map(one =>
      one.address === 'partner/skype/exchange'
        ? { ...one, standing: 'rendered' as const, claim: 'Exchange' }
        : one,
    );
    const { hazards } = compared(bare, { ...recorded, resources }).change('partner/skype/exchange');
    expect(hazards).toMatchObject([{ code: 'claimed-only', severity: 'warning' }]);
  });
});

describe('an import', () => {
  const claimed = skype + '\nimport: [{ to: partner/skype/exchange, identity: Exchange }]\n';

  it('is a claim, and the plan says so until a receipt shows the object', () => {
    const first = compared(claimed, undefined).change('partner/skype/exchange');
    expect(first).toMatchObject({ actions: ['ensure'], importing: { identity: 'Exchange' } });
    expect(first.because.map(({ code }) => code)).toEqual(['declared', 'import']);
    const kept = compared(claimed, record(skype, 'rendered')).change('partner/skype/exchange');
    expect(kept).toMatchObject({ actions: ['keep'], because: [{ code: 'import' }] });
  });

  it('is inert once the object was seen', () => {
    const seen = compared(claimed, recorded).change('partner/skype/exchange');
    expect(seen).toMatchObject({ actions: ['keep'], because: [] });
    expect(seen).not.toHaveProperty('importing');
  });
});

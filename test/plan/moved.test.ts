import { describe, expect, it } from 'vitest';
import { compared } from '../support/compared.ts';
import { exampleText } from '../support/lowered.ts';
import { record } from '../support/recorded.ts';

const skype = exampleText('skype-exchange-se');
const recorded = record(skype, 'deployed');
/** The same topology with its deployment called otherwise. */
const renamed = skype
  .replace('  skype:', '  chat:')
  .replaceAll('[skype, exchange]', '[chat, exchange]');
const withMoves = (text: string, ...moves: [string, string][]): string =>
  `${text}\nmoved: [${moves.map(([from, to]) => `{ from: ${from}, to: ${to} }`).join(', ')}]\n`;

describe('a deployment that is called otherwise', () => {
  const plan = compared(withMoves(renamed, ['skype', 'chat']), recorded);

  it('keeps every resource: nothing is removed, made or ensured anew', () => {
    expect(new Set(plan.changes.map(({ actions }) => actions.join()))).toEqual(new Set(['keep']));
    expect(plan.findings).toEqual([]);
  });

  it('says of each what it was recorded as, also of the partner at the other side', () => {
    const partner = plan.change('partner/exchange/chat');
    expect(partner.previous_address).toBe('partner/exchange/skype');
    expect(partner.because).toEqual([
      { code: 'moved', text: 'it was recorded as partner/exchange/skype' },
    ]);
    expect(plan.change('oauth-settings/exchange').because).toEqual([]);
  });

  it('changes no trust (tfcmt#358: a move alone is no change)', () => {
    expect(plan.trust.reading).toBe('same');
    expect(plan.trust.edges.map(({ address }) => address)).toEqual([
      'edge/chat/exchange',
      'edge/exchange/chat',
    ]);
  });

  it('is the same over a chain, in whatever order it is written', () => {
    const chain: [string, string][] = [
      ['skype', 'talk'],
      ['talk', 'chat'],
    ];
    for (const moves of [chain, chain.toReversed()]) {
      const { changes } = compared(withMoves(renamed, ...moves), recorded);
      expect(changes).toEqual(plan.changes);
    }
  });

  it('without the entry is made anew under its new name, and trust widens', () => {
    const plain = compared(renamed, recorded);
    expect(plain.change('partner/exchange/chat').actions).toEqual(['ensure']);
    expect(plain.change('partner/exchange/skype').actions).toEqual(['forget']);
    expect(plain.trust.reading).toBe('widens');
  });

  it('reads the entry as history once it was applied', () => {
    const later = compared(withMoves(renamed, ['skype', 'chat']), record(renamed, 'deployed'));
    expect(later.changes.flatMap(({ because }) => because)).toEqual([]);
  });
});

describe('a move that cannot be meant', () => {
  it('leads to what is not declared (moved/nowhere)', () => {
    const { findings } = compared(withMoves(renamed, ['skype', 'chatt']), recorded);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['moved/nowhere']));
    expect(findings[0]?.detail).toContain('the topology does not declare');
  });

  it('may lead there where `removed` lets it go under its new name', () => {
    const text = withMoves(skype.slice(0, skype.indexOf('partners:')), [
      'partner/skype/exchange',
      'partner/skype/post',
    ]);
    const gone = 'removed: [{ from: partner/skype/post, destroy: false }]\n';
    expect(compared(text + gone, recorded).findings).toEqual([]);
  });

  it('gives two recorded resources one address (moved/taken)', () => {
    const both = {
      ...recorded,
      resources: [...recorded.resources, ...record(renamed, 'deployed').resources],
    };
    const { findings } = compared(withMoves(renamed, ['skype', 'chat']), both);
    expect(findings.map(({ code }) => code)).toContain('moved/taken');
  });

  it('renames a key that was made here (moved/key)', () => {
    const made = skype.replace(/source: \w+[^}]*/, 'source: generate ');
    const moved = withMoves(
      made.replace('  skype:', '  chat:').replaceAll('[skype, exchange]', '[chat, exchange]'),
      ['skype', 'chat'],
    );
    const { findings } = compared(moved, record(made, 'rendered'));
    expect(findings.map(({ code, address }) => [code, address])).toEqual([
      ['moved/key', 'certificate/chat'],
    ]);
  });
});

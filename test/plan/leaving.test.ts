import { describe, expect, it } from 'vitest';
import { lower } from '../../src/graph/lower.ts';
import { fatesOf, leaving } from '../../src/plan/leaving.ts';
import { recall } from '../../src/plan/recall.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { exampleText, lowering } from '../support/lowered.ts';
import { record } from '../support/recorded.ts';

const skype = exampleText('skype-exchange-se');

describe('what becomes of an entry that is no longer declared', () => {
  it('is removed by a script where a server holds it', () => {
    expect(removedAfter(skype.slice(0, skype.indexOf('partners:')))).toEqual([
      'feature/skype/exchange-archiving',
      'partner/exchange/skype',
      'partner/skype/exchange',
      'settings/skype/contact-store',
    ]);
  });

  it('is never removed when its deployment was only renamed: the same object is declared', () => {
    const renamed = skype
      .replace('  skype:', '  sfb:')
      .replaceAll('[skype, exchange]', '[sfb, exchange]');
    expect(removedAfter(renamed)).toEqual([]);
    expect(fatesAfter(renamed)).toMatchObject({
      'partner/skype/exchange': 'moved',
      'settings/skype/contact-store': 'moved',
      'oauth-settings/skype': 'stays',
      'document/skype': 'dropped',
    });
  });

  it('is handed over when a feature is declared on after off', () => {
    const on = skype.replace('unified-contact-store: off', 'unified-contact-store: on');
    expect(fatesAfter(on)).toEqual({ 'settings/skype/contact-store': 'moved' });
  });

  it('stays as a gate while a partner of its deployment still stands', () => {
    const bare = skype.slice(0, skype.indexOf('partners:'));
    const oneWay = bare + 'partners:\n  - { acceptor: skype, issuer: exchange }\n';
    expect(fatesAfter(oneWay)).toMatchObject({
      'settings/skype/contact-store': 'guards',
      'partner/exchange/skype': 'removed',
    });
  });
});

function departure(after: string) {
  const snapshot = record(skype, 'deployed');
  const input = lowering(after);
  return { graph: lower(input), ...recall(snapshot, input.topology), catalog: readCatalog() };
}

function removedAfter(text: string): string[] {
  return leaving(departure(text)).map(({ address }) => address);
}

function fatesAfter(text: string): Record<string, string> {
  return Object.fromEntries(fatesOf(departure(text)));
}

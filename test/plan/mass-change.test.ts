import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kernel/json.ts';
import { massChange } from '../../src/plan/mass-change.ts';
import type { Action, Change, EdgeReading } from '../../src/plan/plan.ts';
import { exampleText } from '../support/lowered.ts';
import { firstPlan } from '../support/plan.ts';

/** So many changes; what is recorded of each is told by its action. */
function changes(counts: Partial<Record<Action, number>>): Change[] {
  return Object.entries(counts).flatMap(([action, count]) =>
    Array.from({ length: count }, (_, index) => ({
      address: `partner/lync/${action}${index}`,
      kind: 'partner' as const,
      actions: [action as Action],
      before: action === 'create' || action === 'ensure' ? null : {},
      after: action === 'delete' ? null : {},
      after_unknown: [],
      because: [],
      needs: [],
      undo: '',
      hazards: [],
    })),
  );
}

function edge(before: JsonObject | null, after: JsonObject | null): EdgeReading {
  const facts = { issuer: 'exchange@mail.example', acceptor: 'lync@sip.example', keys: ['A'] };
  return {
    address: 'edge/lync/exchange',
    reading: 'same',
    before: before && { ...facts, ...before },
    after: after && { ...facts, ...after },
  };
}

const codes = (all: readonly Change[], edges: readonly EdgeReading[] = []) =>
  massChange(all, edges).map(({ code }) => code);

describe('much at once', () => {
  it.each(['lync-exchange', 'skype-exchange-se', 'no-features'])(
    'a first plan never is: %s',
    example => expect(firstPlan(exampleText(example)).mass_change).toEqual([]),
  );

  it('is more than three in ten of at least ten recorded objects', () => {
    expect(codes(changes({ keep: 7, update: 3 }))).toEqual([]);
    expect(codes(changes({ keep: 6, update: 3, delete: 1 }))).toEqual(['many-objects']);
    expect(massChange(changes({ keep: 6, update: 3, delete: 1 }), [])[0]?.text).toBe(
      '4 of 10 recorded objects change, more than 30 %',
    );
  });

  it('is not what changes all of a few, or adds to many', () => {
    expect(codes(changes({ update: 9 }))).toEqual([]);
    expect(codes(changes({ keep: 10, ensure: 40, create: 40 }))).toEqual([]);
  });

  it('is another realm, told once for each side', () => {
    const renamed = edge({}, { acceptor: 'lync@other.example' });
    expect(massChange([], [renamed, renamed])).toEqual([
      {
        code: 'realm-changed',
        text: 'the realm of lync changes from sip.example to other.example',
      },
    ]);
    expect(codes([], [edge({}, { issuer: 'renamed@mail.example' })])).toEqual([]);
  });

  it('is an issuer of whom no key stays; neither a roll nor its end is', () => {
    expect(codes([], [edge({}, { keys: ['B'] })])).toEqual(['last-key']);
    expect(codes([], [edge({}, { keys: [] })])).toEqual(['last-key']);
    expect(codes([], [edge({}, { keys: ['A', 'B'] })])).toEqual([]);
    expect(codes([], [edge({ keys: ['A', 'B'] }, { keys: ['B'] })])).toEqual([]);
    expect(codes([], [edge({ keys: [] }, { keys: ['B'] })])).toEqual([]);
  });

  it('is no edge that comes or goes: that is read as widening or narrowing', () => {
    expect(codes([], [edge(null, {}), edge({}, null)])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/report.ts';
import { called, confirmed, forgotten, type Word } from '../../src/state/by-hand.ts';
import { readSnapshot, writeSnapshot } from '../../src/state/codec.ts';
import { entry, snapshotOf } from '../apply/fixture.ts';

const state = snapshotOf([], {
  resources: [
    entry('partner/exchange/lync', { standing: 'removing' }),
    entry('partner/lync/exchange'),
    entry('partner/lync/portal', { standing: 'verified' }),
  ],
  edges: [
    { address: 'edge/exchange/lync', attributes: {} },
    { address: 'edge/lync/exchange', attributes: {} },
  ],
});
const word = (address: string, reason = 'the receipt was lost with the server'): Word => ({
  address,
  reason,
  at: new Date('2030-02-03T04:05:06.789Z'),
});
const noted = {
  serial: 2,
  at: '2030-02-03T04:05:06Z',
  did: 'confirm',
  reason: 'the receipt was lost with the server',
};

describe('a resource that a person confirms', () => {
  it('counts as made, from now on, and the reason is kept', () => {
    const after = confirmed(state, word('partner/lync/exchange'));
    expect(after.resources[1]).toEqual({
      ...state.resources[1],
      standing: 'deployed',
      since: '2030-02-03T04:05:06Z',
    });
    expect(after.by_hand).toEqual([{ ...noted, address: 'partner/lync/exchange' }]);
    expect(after).toMatchObject({ serial: 2, lineage: state.lineage, edges: state.edges });
    expect(readSnapshot(writeSnapshot(after))).toEqual(after);
  });

  it('is gone where its removal was awaited', () => {
    const after = confirmed(state, word('partner/exchange/lync'));
    expect(after.resources.map(({ address }) => address)).not.toContain('partner/exchange/lync');
    expect(after.by_hand).toEqual([{ ...noted, address: 'partner/exchange/lync' }]);
  });

  it('leaves the state itself where as much is known already', () => {
    expect(confirmed(state, word('partner/lync/portal'))).toBe(state);
  });
});

describe('a resource that a person calls otherwise', () => {
  const to = (address: string, target: string) => called(state, { ...word(address), to: target });

  it('stands as it stood, with its edge, and the reason is kept', () => {
    const after = to('partner/lync/exchange', 'partner/lync/mail');
    const moved = after.resources.find(({ address }) => address === 'partner/lync/mail');
    expect(moved).toEqual({
      ...state.resources[1],
      address: 'partner/lync/mail',
      formerly: [{ address: 'partner/lync/exchange', script: state.resources[1]?.script }],
    });
    expect(after.edges.map(({ address }) => address)).toEqual([
      'edge/exchange/lync',
      'edge/lync/mail',
    ]);
    expect(after.by_hand).toEqual([
      { ...noted, did: 'mv', address: 'partner/lync/exchange', to: 'partner/lync/mail' },
    ]);
    expect(readSnapshot(writeSnapshot(after))).toEqual(after);
  });

  it.each([
    ['partner/lync/portal', 'already'],
    ['certificate/lync', 'no address of its kind'],
    ['lync', 'no address of its kind'],
    ['partner/', 'no address of its kind'],
  ])('refuses %s (state/address)', (target, found) => {
    const refusal = refused(() => to('partner/lync/exchange', target));
    expect(refusal).toMatchObject({ exit: 5, diagnostic: { code: 'state/address' } });
    expect(refusal?.diagnostic.detail).toContain(found);
  });

  it('refuses a certificate whose key was made here: it is sealed under its address', () => {
    const made = entry('partner/a/b', {
      address: 'certificate/lync',
      kind: 'certificate',
      held: 'here',
    });
    const alone = snapshotOf([], { resources: [made] });
    const refusal = refused(() =>
      called(alone, { ...word('certificate/lync'), to: 'certificate/chat' }),
    );
    expect(refusal?.diagnostic.detail).toContain('sealed under that address');
  });
});

describe('a resource that a person takes out of the state', () => {
  it('is forgotten with its edge, so that declaring it widens trust again', () => {
    const after = forgotten(state, word('partner/lync/exchange', '  removed by hand  '));
    expect(after.resources).toHaveLength(2);
    expect(after.edges.map(({ address }) => address)).toEqual(['edge/exchange/lync']);
    expect(after.by_hand).toEqual([
      { ...noted, did: 'rm', address: 'partner/lync/exchange', reason: 'removed by hand' },
    ]);
  });
});

describe('a change by hand', () => {
  it.each([
    ['', 'is empty'],
    ['  ', 'is empty'],
    ['two\nlines', 'more than one line'],
    ['bell\u0007', 'not shown'],
    ['turned\u202e', 'not shown'],
    ['x'.repeat(501), '501 characters'],
  ])('needs a reason in one line (state/reason): %j', (reason, found) => {
    const refusal = refusalOf(word('partner/lync/exchange', reason));
    expect(refusal).toMatchObject({ exit: 5, diagnostic: { code: 'state/reason' } });
    expect(refusal?.diagnostic.detail).toContain(found);
  });

  it('needs an address that is there (state/unknown-address), and names those that are', () => {
    const refusal = refusalOf(word('partner/lync/nobody'));
    expect(refusal).toMatchObject({ exit: 5, diagnostic: { code: 'state/unknown-address' } });
    expect(refusal?.diagnostic.help).toContain('partner/lync/exchange');
  });

  it('is remembered, the last hundred of them', () => {
    const entries = Array.from({ length: 100 }, (_, index) => ({
      ...noted,
      did: 'rm' as const,
      serial: index + 1,
      address: 'partner/a/b',
    }));
    const after = forgotten({ ...state, by_hand: entries }, word('partner/lync/exchange'));
    expect(after.by_hand).toHaveLength(100);
    expect(after.by_hand[0]?.serial).toBe(2);
    expect(after.by_hand.at(-1)?.address).toBe('partner/lync/exchange');
  });
});

function refusalOf(said: Word): Refusal | undefined {
  return refused(() => confirmed(state, said));
}

function refused(act: () => unknown): Refusal | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

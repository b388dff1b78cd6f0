import { describe, expect, it } from 'vitest';
import { memoryWorld, type MemoryWorld } from '../../src/adapters/memory.ts';
import type { ReceiptFile } from '../../src/apply/receipt.ts';
import { record } from '../../src/apply/record.ts';
import { canonical, digest, sha256 } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { readSnapshot, writeSnapshot } from '../../src/state/codec.ts';
import type { Snapshot, StateEntry } from '../../src/state/snapshot.ts';
import { FIRST, entry, refusalOf, snapshotOf } from './fixture.ts';

const SCRIPT = 'lync/scripts/40-partner-exchange.ps1';
const DECLARED = entry('partner/lync/exchange').digest;

function worldWith(resources: readonly StateEntry[]): MemoryWorld {
  const world = memoryWorld({ now: new Date('2030-02-01T00:00:00Z') });
  world.state.state = writeSnapshot(snapshotOf(FIRST, { resources }));
  return world;
}

function stateOf(world: MemoryWorld): Snapshot {
  return readSnapshot(world.state.state ?? new Uint8Array());
}

interface Line {
  readonly address?: string;
  readonly digest?: string;
  readonly result?: string;
}

/** A receipt as a script writes it. */
function receiptText(line: Line = {}, more: JsonObject = {}): string {
  const body: JsonObject = {
    format_version: '1.0',
    script: SCRIPT,
    script_sha256: sha256('partner one'),
    topology: 'litware',
    deployment: 'lync',
    product: 'lync-server-2013',
    host: 'FE01',
    user: 'LITWARE\\ops',
    build: '5.0.8308.1182',
    started: '2030-01-02T08:00:00.0000000Z',
    finished: '2030-01-02T08:00:12.1234567Z',
    resources: [
      {
        address: line.address ?? 'partner/lync/exchange',
        digest: line.digest ?? DECLARED,
        result: line.result ?? 'created',
        before: null,
        after: { Enabled: true, Name: "Exchange's" },
      },
    ],
    ...more,
  };
  return canonical({ ...body, sha256: digest(body) }) + '\n';
}

function receipt(line: Line = {}, more: JsonObject = {}): ReceiptFile {
  const text = receiptText(line, more);
  return { file: `receipts/lync-40-${sha256(text).slice(0, 8)}.json`, bytes: Buffer.from(text) };
}

const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }): string[] =>
  diagnostics.map(({ code }) => code);

describe('a receipt', () => {
  it.each(['created', 'updated', 'unchanged'])('of %s makes a resource deployed', async result => {
    const world = worldWith([entry('partner/lync/exchange')]);
    const done = await record([receipt({ result })], world);
    expect(done).toMatchObject({
      recorded: [{ address: 'partner/lync/exchange', now: 'deployed' }],
      diagnostics: [],
      serial: 2,
    });
    expect(stateOf(world).serial).toBe(2);
    expect(stateOf(world).resources).toEqual([
      entry('partner/lync/exchange', { standing: 'deployed', since: '2030-01-02T08:00:12Z' }),
    ]);
    expect(world.state.holder).toBeUndefined();
  });

  it('is read as Windows PowerShell may have written it', async () => {
    const text = receiptText();
    const forms = [
      Buffer.from(`\ufeff${text}`),
      Buffer.from(`\ufeff${text.replace('\n', '\r\n')}`, 'utf16le'),
      Buffer.from(JSON.stringify(JSON.parse(text), null, 4)),
    ];
    for (const bytes of forms) {
      const done = await record(
        [{ file: 'r', bytes }],
        worldWith([entry('partner/lync/exchange')]),
      );
      expect(done.recorded).toHaveLength(1);
    }
  });

  it('recorded a second time changes no byte', async () => {
    const world = worldWith([entry('partner/lync/exchange')]);
    await record([receipt()], world);
    const before = world.state.state;
    const again = await record([receipt()], world);
    expect(again).toMatchObject({ recorded: [], serial: 2 });
    expect(again.ignored[0]?.why).toContain('deployed already');
    expect(world.state.state).toBe(before);
  });

  it('does not lower what evidence has verified', async () => {
    const world = worldWith([entry('partner/lync/exchange', { standing: 'verified' })]);
    expect((await record([receipt()], world)).recorded).toEqual([]);
  });

  it('that says a script failed leaves the standing and is named (receipt/failed)', async () => {
    const world = worldWith([entry('partner/lync/exchange')]);
    const done = await record([receipt({ result: 'failed' })], world);
    expect(codes(done)).toEqual(['receipt/failed']);
    expect(done.diagnostics[0]?.detail).toContain('FE01');
    expect(stateOf(world).serial).toBe(1);
  });

  it('from the future is refused (receipt/future): it would outvote every true one', async () => {
    const world = worldWith([entry('partner/lync/exchange')]);
    const late = await record([receipt({}, { finished: '2031-01-01T00:00:00Z' })], world);
    expect(codes(late)).toEqual(['receipt/future']);
    expect(stateOf(world).serial).toBe(1);
  });

  it('of a former name speaks of what is called otherwise now', async () => {
    const formerly = [{ address: 'partner/lync/exchange', script: SCRIPT }];
    const script = 'chat/scripts/40-partner-mail.ps1';
    const world = worldWith([entry('partner/chat/mail', { deployment: 'chat', script, formerly })]);
    const done = await record([receipt()], world);
    expect(done.diagnostics).toEqual([]);
    expect(stateOf(world).resources).toMatchObject([
      { address: 'partner/chat/mail', standing: 'deployed', formerly },
    ]);
    expect(await record([receipt()], world)).toMatchObject({ recorded: [], diagnostics: [] });
  });

  it('of its making is left where the removal is due, however short before it ran', async () => {
    const script = 'lync/scripts/90-remove-partner-exchange.ps1';
    const going = { standing: 'removing', script, since: '2030-01-02T08:03:00Z' } as const;
    const world = worldWith([entry('partner/lync/exchange', going)]);
    const done = await record([receipt()], world);
    expect(done).toMatchObject({ diagnostics: [], ignored: [{ why: 'its removal is due' }] });
  });

  it('is history where all that was ever recorded has been removed', async () => {
    const world = worldWith([]);
    const state = { ...snapshotOf(FIRST, { resources: [] }), as_of: '2030-01-02T08:00:12Z' };
    world.state.state = writeSnapshot(state);
    const old = receipt({}, { finished: '2030-01-02T08:00:12Z' });
    expect(await record([old], world)).toMatchObject({ recorded: [], diagnostics: [] });
    const newer = receipt({}, { finished: '2030-01-02T08:00:13Z' });
    expect(codes(await record([newer], world))).toEqual(['receipt/unknown']);
  });

  it('of an earlier declaration is told and left', async () => {
    const world = worldWith([entry('partner/lync/exchange')]);
    const done = await record([receipt({ digest: 'a'.repeat(64) })], world);
    expect(done).toMatchObject({ recorded: [], diagnostics: [] });
    expect(done.ignored[0]?.why).toContain('declared earlier');
  });

  it('that is older than what is rendered now is left, a slow clock allowed for', async () => {
    const world = worldWith([entry('partner/lync/exchange', { since: '2030-01-02T08:10:00Z' })]);
    const old = await record([receipt({}, { finished: '2030-01-02T07:59:59Z' })], world);
    expect(old.ignored[0]?.why).toContain('it ran before');
    expect((await record([receipt()], world)).recorded).toHaveLength(1);
  });

  it('of a run that changed nothing on purpose records nothing', async () => {
    const world = worldWith([entry('partner/lync/exchange')]);
    expect(await record([receipt({}, { dry_run: true })], world)).toMatchObject({ recorded: [] });
  });

  it('of a script that was edited on its way is told (receipt/other-script)', async () => {
    const world = worldWith([entry('partner/lync/exchange')]);
    const done = await record([receipt({}, { script_sha256: 'b'.repeat(64) })], world);
    expect(codes(done)).toEqual(['receipt/other-script']);
    expect(done.recorded).toHaveLength(1);
  });
});

describe('a removal', () => {
  const leaving = entry('partner/lync/exchange', { standing: 'removing' });

  it('that is reported takes the resource out of the state', async () => {
    const world = worldWith([leaving, entry('partner/lync/sharepoint')]);
    const done = await record([receipt({ result: 'removed' })], world);
    expect(done.recorded).toMatchObject([{ now: 'gone' }]);
    expect(stateOf(world).resources.map(({ address }) => address)).toEqual([
      'partner/lync/sharepoint',
    ]);
  });

  it('is not reported by an old receipt of its making', async () => {
    const done = await record([receipt()], worldWith([leaving]));
    expect(done.ignored[0]?.why).toContain('its removal is due');
  });

  it('that was recorded before is told and left, and so is all that came before it', async () => {
    const world = worldWith([]);
    const made = receipt({}, { finished: '2030-01-02T08:00:00Z' });
    const gone = receipt({ result: 'removed' }, { finished: '2030-01-03T08:00:00Z' });
    const done = await record([gone, made], world);
    expect(done).toMatchObject({ recorded: [], diagnostics: [] });
    expect(done.ignored).toHaveLength(2);
  });

  it('by an undo script makes the resource awaited again', async () => {
    const world = worldWith([entry('partner/lync/exchange', { standing: 'deployed' })]);
    const script = 'lync/undo/40-partner-exchange.ps1';
    const more = { script, script_sha256: sha256('undo one') };
    const done = await record([receipt({ result: 'removed' }, more)], world);
    expect(done.recorded).toMatchObject([{ now: 'rendered' }]);
    expect(stateOf(world).resources[0]?.standing).toBe('rendered');
  });
});

describe('receipts that cannot be believed', () => {
  const bad: readonly [string, Uint8Array, string][] = [
    ['nothing', Buffer.from(''), 'receipt/damaged'],
    ['half of one', Buffer.from(receiptText().slice(0, 200)), 'receipt/damaged'],
    ['an edited one', Buffer.from(receiptText().replace('FE01', 'FE02')), 'receipt/damaged'],
    ['a file of another kind', Buffer.from('{"a":1}'), 'receipt/format'],
    ['a list', Buffer.from('[]'), 'receipt/format'],
    [
      'one of another format',
      Buffer.from(receiptText({}, { format_version: '2.0' })),
      'receipt/format',
    ],
    [
      'one of another topology',
      Buffer.from(receiptText({}, { topology: 'fabrikam' })),
      'receipt/foreign',
    ],
    [
      'one of another deployment than its script is of',
      Buffer.from(receiptText({}, { deployment: 'exchange' })),
      'receipt/other-deployment',
    ],
    [
      'one of a resource not known',
      Buffer.from(receiptText({ address: 'partner/lync/x' })),
      'receipt/unknown',
    ],
    [
      'one of another script',
      Buffer.from(
        receiptText(
          {},
          { script: 'lync/scripts/20-settings.ps1', finished: '2030-01-02T09:00:00Z' },
        ),
      ),
      'receipt/misplaced',
    ],
  ];

  it.each(bad)('%s keeps all others of the run from being recorded', async (_, bytes, code) => {
    const world = worldWith([entry('partner/lync/exchange')]);
    const before = world.state.state;
    const done = await record([receipt(), { file: 'receipts/bad.json', bytes }], world);
    expect(codes(done)).toEqual([code]);
    expect(done.diagnostics[0]).toMatchObject({ severity: 'error' });
    expect(done.diagnostics[0]?.detail).toContain('receipts/bad.json');
    expect(done.recorded).toEqual([]);
    expect(world.state.state).toBe(before);
  });

  it.each([
    ['[]', 'it is not an object in braces'],
    ['{}', 'it lacks "format_version"'],
    [receiptText({}, { host: 7 }), 'what it says at /host is not a text'],
  ])('are told in plain words what they are not: %j', async (text, words) => {
    const done = await record([{ file: 'a.json', bytes: Buffer.from(text) }], memoryWorld());
    expect(done.diagnostics.map(({ detail }) => detail)).toEqual([`a.json: ${words}`]);
  });

  it('are all named in one run', async () => {
    const files = bad.map(([file, bytes]) => ({ file, bytes }));
    const done = await record(files, worldWith([entry('partner/lync/exchange')]));
    expect(codes(done).sort()).toEqual(bad.map(([, , code]) => code).sort());
  });

  it('do not include history: one of a resource that was let go before the last change', async () => {
    const world = worldWith([entry('partner/lync/exchange', { since: '2030-01-02T08:05:00Z' })]);
    const old = receipt({ address: 'partner/lync/x' });
    const done = await record([receipt(), old], world);
    expect(done).toMatchObject({ recorded: [{ now: 'deployed' }], diagnostics: [] });
    expect(done.ignored[0]?.why).toContain('not declared any more');
  });

  it('include every receipt as long as nothing was applied', async () => {
    const done = await record([receipt()], memoryWorld({ now: new Date('2030-02-01T00:00:00Z') }));
    expect(codes(done)).toEqual(['receipt/unknown']);
  });
});

it('does not record while another run holds the lock', async () => {
  const world = worldWith([entry('partner/lync/exchange')]);
  world.state.holder = 'apply';
  expect((await refusalOf(record([receipt()], world))).exit).toBe(9);
});

import { describe, expect, it } from 'vitest';
import { memoryWorld, type MemoryWorld } from '../../src/adapters/memory.ts';
import { apply, type ApplyEvent, type ApplyProgress } from '../../src/apply/apply.ts';
import { readJournal } from '../../src/apply/journal.ts';
import { sha256 } from '../../src/kernel/canonical.ts';
import type { Artifact } from '../../src/render/artifact.ts';
import { readSnapshot, writeSnapshot } from '../../src/state/codec.ts';
import { readIdentity } from '../../src/state/project.ts';
import {
  FIRST,
  LINEAGE,
  SECOND,
  firstJob,
  planOf,
  refusalOf,
  secondJob,
  snapshotOf,
} from './fixture.ts';

const silent = (): void => undefined;

/** The file that an event says is done. */
const done = (event: ApplyEvent): string | undefined =>
  event.kind === 'wrote' || event.kind === 'deleted' ? event.path : undefined;

function contents(world: MemoryWorld): Record<string, string> {
  const texts = [...world.written].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]);
  const sorted = texts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted) as Record<string, string>;
}

function files(artifacts: readonly Artifact[]): Record<string, string> {
  return Object.fromEntries(
    artifacts.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
  );
}

async function applied(): Promise<MemoryWorld> {
  const world = memoryWorld();
  await apply(firstJob(), world, silent);
  return world;
}

describe('a first apply', () => {
  it('leaves artifacts, state and project, and neither journal nor lock', async () => {
    const world = memoryWorld();
    const result = await apply(firstJob(), world, silent);
    expect(result).toMatchObject({ outcome: 'applied', kept: 0, left: 0, serial: 1 });
    expect(contents(world)).toEqual(files(FIRST));
    expect(readSnapshot(world.state.state ?? new Uint8Array())).toEqual(snapshotOf(FIRST));
    expect(readIdentity(world.state.project ?? new Uint8Array())).toEqual({
      name: 'litware',
      lineage: LINEAGE,
    });
    expect([world.state.journal, world.state.holder]).toEqual([undefined, undefined]);
  });

  it('tells what it does, the manifest after all other files and the state last', async () => {
    const events: ApplyEvent[] = [];
    await apply(firstJob(), memoryWorld(), event => events.push(event));
    expect(
      events.map(event => ('path' in event ? `${event.kind} ${event.path}` : event.kind)),
    ).toEqual([
      'surveyed',
      'proving',
      'proved',
      ...FIRST.flatMap(({ path }) => [`writing ${path}`, `wrote ${path}`]),
      'recorded',
    ]);
  });

  it('writes nothing when the proof fails (apply/unproved)', async () => {
    const world = memoryWorld();
    const job = firstJob({ prove: () => Promise.resolve(false) });
    const refusal = await refusalOf(apply(job, world, silent));
    expect(refusal).toMatchObject({ code: 'apply/unproved', exit: 7 });
    expect([world.written.size, world.state.state, world.state.journal]).toEqual([
      0,
      undefined,
      undefined,
    ]);
    expect(world.state.holder).toBeUndefined();
  });

  it('does not apply a preview', async () => {
    const job = firstJob({ plan: planOf({ checksum: null }) });
    expect(await refusalOf(apply(job, memoryWorld(), silent))).toMatchObject({
      code: 'plan/incomplete',
      exit: 8,
    });
  });

  it('begins the journal after the proof and before the first file', async () => {
    const world = memoryWorld();
    const order: string[] = [];
    const write = world.artifacts.write.bind(world.artifacts);
    world.artifacts.write = (path, bytes) => {
      order.push(world.state.journal ? 'journal, file' : 'file without journal');
      return write(path, bytes);
    };
    await apply(
      firstJob({ prove: () => Promise.resolve(world.state.journal === undefined) }),
      world,
      silent,
    );
    expect(new Set(order)).toEqual(new Set(['journal, file']));
  });
});

describe('a later apply', () => {
  it('writes what changed, deletes what went and leaves what is the same', async () => {
    const world = await applied();
    const result = await apply(secondJob(world.state.state), world, silent);
    expect(contents(world)).toEqual(
      Object.fromEntries(Object.entries(files(SECOND)).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
    expect(result.written).not.toContain('lync/scripts/20-settings.ps1');
    expect(result).toMatchObject({
      outcome: 'applied',
      deleted: ['lync/undo/40-partner-exchange.ps1'],
      kept: 1,
      serial: 2,
    });
  });

  it('changes no byte and proves nothing when there is nothing to do', async () => {
    const world = await applied();
    const before = [world.state.state, world.state.project, contents(world)];
    const prove = (): Promise<boolean> => Promise.reject(new Error('not needed'));
    const expectState = sha256(world.state.state ?? '');
    const result = await apply(firstJob({ expectState, prove }), world, silent);
    expect(result).toMatchObject({ outcome: 'unchanged', written: [], deleted: [], kept: 5 });
    expect([world.state.state, world.state.project, contents(world)]).toEqual(before);
  });

  it('writes an artifact again that somebody deleted, and the state stays as it is', async () => {
    const world = await applied();
    const state = world.state.state;
    world.written.delete('RUNBOOK.md');
    const result = await apply(firstJob({ expectState: sha256(state ?? '') }), world, silent);
    expect(result.written).toEqual(['RUNBOOK.md']);
    expect(world.state.state).toBe(state);
  });

  it('refuses when the state is not the one the plan was made from', async () => {
    const world = await applied();
    const before = contents(world);
    const job = secondJob(new TextEncoder().encode('another'));
    expect(await refusalOf(apply(job, world, silent))).toMatchObject({
      code: 'plan/stale',
      exit: 8,
    });
    expect(contents(world)).toEqual(before);
  });

  it('refuses when the state is gone and the project is not', async () => {
    const world = await applied();
    world.state.state = undefined;
    expect(await refusalOf(apply(firstJob(), world, silent))).toMatchObject({
      code: 'state/missing',
      exit: 8,
    });
  });
});

describe('files that are not ours', () => {
  const stranger = new TextEncoder().encode('mine');

  it('stop it before anything is written, by name (artifact/foreign)', async () => {
    const world = await applied();
    world.written.set('lync/notes.txt', stranger);
    const before = contents(world);
    const refusal = await refusalOf(apply(secondJob(world.state.state), world, silent));
    expect(refusal).toMatchObject({ code: 'artifact/foreign', exit: 1 });
    expect(refusal.detail).toContain('lync/notes.txt');
    expect(contents(world)).toEqual(before);
  });

  it('stop it where one of ours was edited (artifact/edited), all of them named', async () => {
    const world = await applied();
    world.written.set('RUNBOOK.md', stranger);
    world.written.set('lync/undo/40-partner-exchange.ps1', stranger);
    world.written.set('other.txt', stranger);
    const { code, detail } = await refusalOf(apply(secondJob(world.state.state), world, silent));
    expect(code).toBe('artifact/edited');
    expect(detail).toContain('RUNBOOK.md, lync/undo/40-partner-exchange.ps1');
    expect(detail).toContain('not written by concordat: other.txt');
  });

  it('stop a first apply too', async () => {
    const world = memoryWorld();
    world.written.set('RUNBOOK.md', stranger);
    expect((await refusalOf(apply(firstJob(), world, silent))).code).toBe('artifact/foreign');
  });

  it('do not include what scripts keep when they run in the artifact folder', async () => {
    const world = await applied();
    world.written.set('before/lync-40-partner-exchange-20300101T000000000Z.clixml', stranger);
    world.written.set('receipts/lync-40-partner-exchange-20300101T000000000Z.json', stranger);
    await apply(secondJob(world.state.state), world, silent);
    expect(world.written.size).toBe(SECOND.length + 2);
  });
});

describe('an interrupt', () => {
  const steps = FIRST.length;

  it.each(Array.from({ length: steps }, (_, index) => index))(
    'after step %i leaves whole files, and the next apply finishes',
    async index => {
      const world = memoryWorld();
      const stop = new AbortController();
      let seen = 0;
      const listen = (event: ApplyEvent): void => {
        if (done(event) && ++seen === index) stop.abort();
        if (event.kind === 'proved' && index === 0) stop.abort();
      };
      const first = await apply(firstJob({ signal: stop.signal }), world, listen);
      expect(first).toMatchObject({
        outcome: 'interrupted',
        failed: null,
        left: steps - index,
        serial: 0,
      });
      expect(Object.keys(contents(world))).toHaveLength(index);
      expect(world.state.state).toBeUndefined();
      const second = await apply(firstJob(), world, silent);
      expect(second).toMatchObject({ outcome: 'applied', kept: index });
      expect(contents(world)).toEqual(files(FIRST));
      expect(world.state.journal).toBeUndefined();
    },
  );

  it('before the proof ends writes nothing, not even a journal', async () => {
    const world = memoryWorld();
    const signal = AbortSignal.abort();
    const result = await apply(firstJob({ signal }), world, silent);
    expect(result).toMatchObject({ outcome: 'interrupted', left: steps, written: [] });
    expect(world.state.journal).toBeUndefined();
  });

  it('after the last file does not keep the state from being recorded', async () => {
    const stop = new AbortController();
    const world = memoryWorld();
    const result = await apply(firstJob({ signal: stop.signal }), world, event => {
      if (done(event) === 'manifest.json') stop.abort();
    });
    expect(result.outcome).toBe('applied');
    expect(world.state.state).toBeDefined();
  });

  it('is followed by another topology: what it had written is known and goes', async () => {
    const world = await applied();
    const stop = new AbortController();
    const job = secondJob(world.state.state, { signal: stop.signal });
    await apply(job, world, event => done(event) && stop.abort());
    world.written.set('exchange/scripts/40-partner-lync.ps1', Buffer.from('new'));
    expect(readJournal(world.state.journal ?? Buffer.of()).files.size).toBe(6);
    const back = firstJob({ expectState: sha256(world.state.state ?? '') });
    const result = await apply(back, world, silent);
    expect(result.deleted).toEqual(['exchange/scripts/40-partner-lync.ps1']);
    expect(contents(world)).toEqual(files(FIRST));
  });
});

it('passes a fault of the disk on, keeps the journal, and goes on when it is mended', async () => {
  const world = memoryWorld();
  const write = world.artifacts.write.bind(world.artifacts);
  world.artifacts.write = () => Promise.reject(new Error('the disk is full'));
  await expect(apply(firstJob(), world, silent)).rejects.toThrow('the disk is full');
  expect(world.state.journal).toBeDefined();
  expect(world.state.holder).toBeUndefined();
  world.artifacts.write = write;
  const events: string[] = [];
  await apply(firstJob(), world, event => events.push(event.kind));
  expect(events[0]).toBe('resumed');
});

describe('a fault amid an apply', () => {
  const fails = async (spoil: (world: MemoryWorld) => unknown): Promise<ApplyProgress[]> => {
    const world = await applied();
    const job = secondJob(world.state.state);
    spoil(world);
    const told: ApplyProgress[] = [];
    const listen = (event: ApplyEvent) => event.kind === 'failed' && told.push(event.progress);
    await expect(apply(job, world, listen)).rejects.toThrow('the disk is full');
    return told;
  };
  const full = (): Promise<never> => Promise.reject(new Error('the disk is full'));

  it('of a file tells what was done, what failed and how much was not started', async () => {
    const told = await fails(world => {
      const write = world.artifacts.write.bind(world.artifacts);
      world.artifacts.write = (path, bytes) =>
        path.startsWith('exchange/') ? full() : write(path, bytes);
    });
    expect(told).toEqual([
      {
        written: ['RUNBOOK.md', 'lync/scripts/40-partner-exchange.ps1'],
        deleted: [],
        kept: 1,
        failed: 'exchange/scripts/40-partner-lync.ps1',
        left: 2,
        serial: 1,
      },
    ]);
  });

  it('before the first file, or after the last, fails no file', async () => {
    const before = await fails(world => (world.state.writeJournal = full));
    expect(before).toMatchObject([{ written: [], failed: null, left: 5, serial: 1 }]);
    const after = await fails(world => (world.state.write = full));
    const deleted = ['lync/undo/40-partner-exchange.ps1'];
    expect(after).toMatchObject([{ deleted, failed: null, left: 0, serial: 1 }]);
    expect(after[0]?.written).toHaveLength(4);
  });

  it('such as a lock that was released meanwhile writes nothing more (lock/lost)', async () => {
    const world = await applied();
    const events: ApplyEvent[] = [];
    const run = apply(secondJob(world.state.state), world, event => {
      events.push(event);
      if (done(event) === 'RUNBOOK.md') world.state.holder = 'record';
    });
    expect(await refusalOf(run)).toMatchObject({ code: 'lock/lost', exit: 9 });
    const progress = { written: ['RUNBOOK.md'], failed: null, left: 4, serial: 1 };
    expect(events.at(-1)).toMatchObject({ kind: 'failed', progress });
    expect(readSnapshot(world.state.state ?? Buffer.of()).serial).toBe(1);
  });
});

it('never lets a state follow that is not the next of its history', async () => {
  const world = await applied();
  const skipped = snapshotOf(SECOND, { serial: 3 });
  const job = secondJob(world.state.state, { next: skipped });
  await expect(apply(job, world, silent)).rejects.toThrow('does not follow');
  const foreign = writeSnapshot(snapshotOf(FIRST, { lineage: 'another' }));
  world.state.state = foreign;
  expect((await refusalOf(apply(secondJob(foreign), world, silent))).code).toBe('state/lineage');
});

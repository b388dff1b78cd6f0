import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileState } from '../../src/adapters/file-state.ts';
import { countedRandom } from '../../src/adapters/memory.ts';
import { sha256 } from '../../src/kernel/canonical.ts';
import type { StateStore } from '../../src/ports/state-store.ts';
import { refusalOf } from '../apply/fixture.ts';
import { freshFolder } from './place.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function storeIn(folder: string): StateStore {
  return fileState(folder, { now: () => new Date(0), random: countedRandom() });
}

async function generations(store: StateStore, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    await store.write(bytes(`state ${n}`), n === 1 ? undefined : sha256(`state ${n - 1}`));
  }
}

describe('the recorded state', () => {
  it('is nothing before the first write, then what was written last', async () => {
    const store = storeIn(join(freshFolder(), '.concordat'));
    expect(await store.read()).toBeUndefined();
    await generations(store, 2);
    expect(Buffer.from((await store.read()) ?? []).toString()).toBe('state 2');
  });

  it('is not replaced when another run has written it meanwhile (state/moved)', async () => {
    const folder = freshFolder();
    const store = storeIn(folder);
    await generations(store, 1);
    writeFileSync(join(folder, 'state.json'), 'of another run');
    const refusal = await refusalOf(store.write(bytes('mine'), sha256('state 1')));
    expect(refusal).toMatchObject({ code: 'state/moved', exit: 8 });
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe('of another run');
    expect((await refusalOf(store.write(bytes('mine'), undefined))).code).toBe('state/moved');
  });

  it('keeps its last ten generations', async () => {
    const folder = freshFolder();
    await generations(storeIn(folder), 14);
    const kept = readdirSync(join(folder, 'history')).sort();
    const texts = kept.map(name => readFileSync(join(folder, 'history', name), 'utf8'));
    expect(texts).toEqual(Array.from({ length: 10 }, (_, index) => `state ${index + 4}`));
    expect(kept[0]).toMatch(/^000004-[0-9a-f]{12}\.json$/);
  });

  it('is not read through a link (read/in-the-way)', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'elsewhere'), '{}');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'state.json'));
    expect((await refusalOf(storeIn(folder).read())).code).toBe('read/in-the-way');
  });

  it('that cannot be read is not taken for a missing one (read/failed)', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'file'), '');
    const looped = join(folder, 'loop');
    symlinkSync(looped, looped);
    const refusal = await refusalOf(storeIn(looped).read());
    expect(refusal).toMatchObject({ code: 'read/failed', exit: 1 });
    expect(refusal.detail).toContain('ELOOP');
    expect(await storeIn(join(folder, 'nowhere')).read()).toBeUndefined();
  });
});

it('keeps project and journal beside the state, and the journal goes', async () => {
  const folder = freshFolder();
  const store = storeIn(folder);
  await store.writeProject(bytes('project'));
  await store.writeJournal(bytes('journal'));
  expect(readdirSync(folder).sort()).toEqual(['journal.json', 'project.json']);
  expect(Buffer.from((await store.readJournal()) ?? []).toString()).toBe('journal');
  await store.writeJournal(undefined);
  await store.writeJournal(undefined);
  expect(await store.readJournal()).toBeUndefined();
  expect(Buffer.from((await store.readProject()) ?? []).toString()).toBe('project');
});

it('releases the lock of a run that is known to be gone, by its id', async () => {
  const folder = freshFolder();
  const store = storeIn(folder);
  await store.lock('apply');
  const { help } = await refusalOf(store.lock('apply'));
  const id = /concordat unlock (\w+)$/.exec(help)?.[1] ?? '';
  expect(await store.unlock({ id, ifExpired: false })).toContain(
    `${id}: apply by process ${process.pid}`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

it('sweeps what a killed run left half written when it takes the lock', async () => {
  const folder = freshFolder();
  const left = `.state.json.${'ab'.repeat(16)}.tmp`;
  for (const name of ['history', 'keys']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'keys', left), '');
  writeFileSync(join(folder, left), '');
  writeFileSync(join(folder, 'history', left), '');
  const lock = await storeIn(folder).lock('apply');
  expect(readdirSync(folder).sort()).toEqual(['history', 'keys', 'lock']);
  expect(readdirSync(join(folder, 'history'))).toEqual([]);
  expect(readdirSync(join(folder, 'keys'))).toEqual([]);
  await lock.release();
});

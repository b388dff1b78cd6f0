import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeNewFolder } from '../../src/adapters/new-folder.ts';

const files = new Map([
  ['a.json', new Uint8Array([1])],
  ['b.json', new Uint8Array([2])],
]);
const fresh = (): string => mkdtempSync(join(tmpdir(), 'concordat-test-'));

it('a folder is there with all of its files, and nothing besides', async () => {
  const above = join(fresh(), 'made', 'too');
  await writeNewFolder(join(above, 'one'), files);
  expect(readdirSync(above)).toEqual(['one']);
  expect(readdirSync(join(above, 'one'))).toEqual(['a.json', 'b.json']);
  expect([...readFileSync(join(above, 'one', 'b.json'))]).toEqual([2]);
});

it('a folder that is there stays as it is', async () => {
  const above = fresh();
  mkdirSync(join(above, 'one'));
  symlinkSync('nowhere', join(above, 'two'));
  for (const name of ['one', 'two']) {
    await expect(writeNewFolder(join(above, name), files)).rejects.toThrow('write/taken');
  }
  expect(readdirSync(above)).toEqual(['one', 'two']);
  expect(readdirSync(join(above, 'one'))).toEqual([]);
});

it('where one of its files cannot be written there is no folder', async () => {
  const above = fresh();
  const broken = new Map([...files, ['no/such/../../../..', new Uint8Array()]]);
  await expect(writeNewFolder(join(above, 'one'), broken)).rejects.toThrow('write/');
  expect(readdirSync(above)).toEqual([]);
});

it('a place that is no folder is named', async () => {
  const file = join(fresh(), 'file');
  writeFileSync(file, '');
  await expect(writeNewFolder(join(file, 'one'), files)).rejects.toThrow(file);
  expect(readFileSync(file, 'utf8')).toBe('');
});

import { expect, it } from 'vitest';
import { readJournal, writeJournal } from '../../src/apply/journal.ts';
import { refusalOf } from './fixture.ts';

const journal = {
  checksum: 'c'.repeat(64),
  files: new Map([
    ['b.ps1', new Set(['2', '1'])],
    ['a.ps1', new Set(['3'])],
  ]),
};

it('is read back as it was written, in one order', () => {
  const bytes = writeJournal(journal);
  expect(readJournal(bytes)).toEqual(journal);
  expect(Buffer.from(bytes).toString()).toMatch(/"a\.ps1"[^]*"b\.ps1": \[\n\s+"1",\n\s+"2"/);
});

it.each([
  '',
  '{',
  'null',
  '{"format_version":"2.0","checksum":"","files":{}}',
  '{"format_version":"1.0","checksum":"","files":{"a":"x"}}',
])('is not read from %j (apply/journal)', async text => {
  const reading = Promise.resolve().then(() => readJournal(Buffer.from(text)));
  const refusal = await refusalOf(reading);
  expect(refusal).toMatchObject({ code: 'apply/journal', exit: 1 });
  expect(refusal.detail).toContain('state and artifacts are intact');
  expect(refusal.help).toContain('.concordat/journal.json');
});

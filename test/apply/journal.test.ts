import { expect, it } from 'vitest';
import { readJournal, writeJournal } from '../../src/apply/journal.ts';
import { digest } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { refusalOf } from './fixture.ts';

const journal = {
  checksum: 'c'.repeat(64),
  files: new Map([
    ['b.ps1', new Set(['2', '1'])],
    ['a.ps1', new Set(['3'])],
  ]),
};

function sealed(files: JsonObject): string {
  const body = { format_version: '1.1', checksum: '', files };
  return JSON.stringify({ ...body, seal: digest(body) });
}

it('is read back as it was written, in one order', () => {
  const bytes = writeJournal(journal);
  expect(readJournal(bytes)).toEqual(journal);
  expect(Buffer.from(bytes).toString()).toMatch(/"a\.ps1"[^]*"b\.ps1": \[\n\s+"1",\n\s+"2"/);
});

it('is not read when it calls another file ours', async () => {
  const edited = Buffer.from(writeJournal(journal)).toString().replace('"a.ps1"', '"mine.ps1"');
  const refusal = await refusalOf(Promise.resolve().then(() => readJournal(Buffer.from(edited))));
  expect(refusal).toMatchObject({ code: 'apply/journal' });
  expect(refusal.detail).toContain('its seal does not fit');
});

it.each([
  '',
  '{',
  'null',
  '{"format_version":"2.0","checksum":"","files":{}}',
  '{"format_version":"1.1","checksum":"","files":{}}',
  sealed({ a: 'x' }),
])('is not read from %j (apply/journal)', async text => {
  const reading = Promise.resolve().then(() => readJournal(Buffer.from(text)));
  const refusal = await refusalOf(reading);
  expect(refusal).toMatchObject({ code: 'apply/journal', exit: 1 });
  expect(refusal.detail).toContain('state and artifacts are intact');
  expect(refusal.help).toContain('.concordat/journal.json');
});

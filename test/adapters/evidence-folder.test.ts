import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvidenceAt } from '../../src/adapters/evidence-folder.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { createReport, Refusal } from '../../src/kernel/report.ts';
import { evidenceBody, sealed } from '../support/evidence.ts';

const ENVELOPE = sealed(evidenceBody({ family: 'exchange-server', host: 'EX01', objects: {} }));

/** A folder with these files in it, by path; a path that ends in a slash is an empty folder. */
function laid(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-evidence-'));
  for (const [path, bytes] of Object.entries(files)) {
    const whole = join(folder, path);
    mkdirSync(path.endsWith('/') ? whole : join(whole, '..'), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(whole, bytes);
  }
  return folder;
}

/** What was read of a folder, and what is said of the rest. */
function read(folder: string): { readonly read: string[]; readonly said: string[] } {
  const report = createReport();
  const local = (path: string): string => path.slice(folder.length + 1);
  const found = readEvidenceAt(folder).flatMap(one => readEvidence(one, report) ?? []);
  const said = report.diagnostics.map(({ code, detail }) => `${code} ${local(detail)}`);
  return { read: found.map(({ place }) => local(place)), said };
}

function refusal(place: string): string {
  try {
    readEvidenceAt(place);
  } catch (error) {
    if (error instanceof Refusal) return `${error.diagnostic.code} ${error.diagnostic.detail}`;
    throw error;
  }
  return '';
}

describe('a folder of evidence', () => {
  it('is read whole: folders of collectors and documents, among other files', () => {
    const folder = laid({
      'evidence-ex01/envelope.json': ENVELOPE,
      'named-otherwise/envelope.json': ENVELOPE,
      'ex02.json': ENVELOPE,
      'EX03.JSON': new TextEncoder().encode(`\ufeff${new TextDecoder().decode(ENVELOPE)}`),
      'README.md': '# what was read when, as concordat/evidence',
      'exchange.cer': 'der',
      'package.json': '{}',
      'list.json': 'null',
      'schema.json': '{"properties":{"kind":{"const":"concordat/evidence"}}}',
      'broken.json': '{',
      '._ex02.json': ENVELOPE,
      'notes.tmp/a': '',
      'empty/': '',
    });
    expect(read(folder)).toEqual({
      read: ['EX03.JSON', 'evidence-ex01', 'ex02.json', 'named-otherwise'],
      said: [],
    });
  });

  it('names what is called evidence and is not read (evidence/skipped)', () => {
    const folder = laid({
      'evidence-a/envelope.json': ENVELOPE,
      'evidence-b/objects/x.clixml': '',
      'evidence-c.tmp/envelope.json': ENVELOPE,
      'evidence-d.json': '{}',
      'evidence-e.zip': 'PK',
    });
    symlinkSync(join(folder, 'evidence-a'), join(folder, 'evidence-f'));
    const { read: whole, said } = read(folder);
    expect(whole).toEqual(['evidence-a']);
    expect(said).toEqual([
      expect.stringMatching(/^evidence\/skipped evidence-b was not read: it has no envelope\.json/),
      expect.stringMatching(/^evidence\/skipped evidence-c\.tmp was not read: .*did not finish/),
      expect.stringMatching(/^evidence\/skipped evidence-d\.json was not read: it is neither/),
      expect.stringMatching(/^evidence\/skipped evidence-e\.zip was not read: it is neither/),
      expect.stringMatching(/^evidence\/skipped evidence-f was not read: it is a link/),
    ]);
  });

  it('does not take a document that is cut off for something else', () => {
    const folder = laid({ 'evidence-a/envelope.json': ENVELOPE, 'b.json': ENVELOPE.slice(0, -9) });
    expect(read(folder).said).toEqual([expect.stringMatching(/^evidence\/damaged b\.json/)]);
  });

  it('is refused where nothing in it can be read, with what is there', () => {
    const folder = laid({ 'evidence-b/objects/x.clixml': '' });
    expect(refusal(folder)).toMatch(/evidence\/format .* no evidence: .*evidence-b: it has no env/);
  });

  it('is told from one that is not there', () => {
    const nowhere = join(laid({}), 'nope');
    expect(refusal(nowhere)).toBe(`evidence/format ${nowhere} is not there`);
    expect(refusal(laid({}))).toContain('is no evidence');
  });

  it.each(['', '/', '/.'])('is refused where it is named itself and half written: %j', end => {
    const folder = laid({ 'evidence-x.tmp/envelope.json': ENVELOPE, 'evidence-y.tmp/': '' });
    for (const name of ['evidence-x.tmp', 'evidence-y.tmp']) {
      expect(refusal(join(folder, name) + end)).toMatch(/evidence\/format .* is half a folder/);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { attributeDocuments } from '../../src/evidence/attribute.ts';
import { evidenceFiles } from '../../src/evidence/fetched-evidence.ts';
import { readFetched, type Published } from '../../src/evidence/read-fetched.ts';
import { digest } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { fetchInto } from '../../src/live.ts';
import { createReport } from '../../src/kernel/report.ts';
import { DOCUMENTS } from '../support/documents.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const URL_OF_MAIL = 'https://autodiscover.litware.com/autodiscover/metadata/json/1';
const AT = new Date('2030-01-01T00:00:00Z');
const bytes = new TextEncoder().encode(JSON.stringify(DOCUMENTS.mail()));

function files(url = URL_OF_MAIL, at = AT): Map<string, Uint8Array> {
  const certificate = { sha256: '0'.repeat(64), notAfter: '2031-01-01T00:00:00Z' };
  const fetched = { url, address: '192.0.2.1', host: 'x', bytes, certificate };
  return new Map(evidenceFiles(fetched, { host: 'jump', at }));
}

/** Fetches these addresses into folders, all in the same second. */
async function fetchAll(folders: Map<string, ReadonlyMap<string, Uint8Array>>, ...urls: string[]) {
  const certificate = { sha256: '0'.repeat(64), notAfter: '2031-01-01T00:00:00Z' };
  return fetchInto(
    {
      source: {
        fetch: async url => ({ url, address: '192.0.2.1', host: 'x', bytes, certificate }),
      },
      now: () => AT,
      host: 'jump',
      isThere: name => folders.has(name),
      write: async (name, found) => {
        folders.set(name, found);
        return name;
      },
    },
    urls,
  );
}

function read(found: ReadonlyMap<string, Uint8Array>) {
  const report = createReport();
  const published = readFetched({ place: 'document', files: found }, report);
  return { published, codes: report.diagnostics.map(({ code }) => code) };
}

function given(...published: readonly (Published | undefined)[]) {
  const report = createReport();
  const { installations } = lowering(exampleText('lync-exchange'));
  const estate = { installations, now: new Date('2030-01-01T01:00:00Z') };
  const all = published.flatMap(one => one ?? []);
  const owners = [...attributeDocuments(all, estate, report)];
  return {
    owners: owners.map(([name, { url }]) => [name, url]),
    codes: report.diagnostics.map(({ code }) => code),
  };
}

describe('a fetched document', () => {
  it('is read with its address and its moment', () => {
    const { published, codes } = read(files());
    expect(codes).toEqual([]);
    expect(published).toMatchObject({ url: URL_OF_MAIL, collectedAt: '2030-01-01T00:00:00.000Z' });
    expect(published?.document.keys).toHaveLength(2);
  });

  it.each<[string, (found: Map<string, Uint8Array>) => unknown, string]>([
    ['its envelope is cut off', one => one.set('envelope.json', text('{"a"')), 'evidence/damaged'],
    ['its envelope was edited', one => edit(one), 'evidence/damaged'],
    ['the envelope is no object', one => one.set('envelope.json', text('[]')), 'evidence/format'],
    ['it names nothing', one => one.set('envelope.json', sealed({})), 'evidence/format'],
    ['it is not there', one => one.delete('document.json'), 'evidence/damaged'],
    ['it was edited', one => one.set('document.json', text('{}')), 'evidence/damaged'],
  ])('is refused whole where %s', (_, damage, code) => {
    const found = files();
    damage(found);
    expect(read(found)).toEqual({ published: undefined, codes: [code] });
  });

  it('is kept beside others of the same host and second, of this run or another', async () => {
    const folders = new Map<string, ReadonlyMap<string, Uint8Array>>();
    await fetchAll(folders, URL_OF_MAIL, `${URL_OF_MAIL}?2`);
    const { exit, written } = await fetchAll(folders, URL_OF_MAIL);
    const name = 'evidence-document-x-20300101T000000Z';
    expect([exit, ...folders.keys()]).toEqual([0, name, `${name}-2`, `${name}-3`]);
    expect(written.map(({ folder }) => folder)).toEqual([`${name}-3`]);
  });

  it('belongs to who publishes it there, by its URL or by another of its names', () => {
    expect(given(read(files()).published).owners).toEqual([['exchange', URL_OF_MAIL]]);
    const other = 'https://mail.litware.com/autodiscover/metadata/json/1';
    expect(given(read(files(other)).published).owners).toEqual([['exchange', other]]);
  });

  it.each([
    'https://mail.litware.com/metadata/json/1',
    'https://mail.example.com/autodiscover/metadata/json/1',
  ])('of %s belongs to nobody (evidence/of-nobody)', url => {
    expect(given(read(files(url)).published)).toEqual({
      owners: [],
      codes: ['evidence/of-nobody'],
    });
  });

  it('speaks only where it is the newest and not too old', () => {
    const old = read(files(URL_OF_MAIL, new Date('2029-12-31T23:00:00Z'))).published;
    expect(given(read(files()).published, old).codes).toEqual(['evidence/superseded']);
    const ancient = read(files(URL_OF_MAIL, new Date('2029-11-01T00:00:00Z'))).published;
    expect(given(ancient)).toEqual({ owners: [], codes: ['evidence/too-old'] });
  });
});

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Another host, under the digest of before. */
function edit(found: Map<string, Uint8Array>): void {
  const envelope = Buffer.from(found.get('envelope.json') ?? []).toString();
  found.set('envelope.json', text(envelope.replace('"jump"', '"other"')));
}

function sealed(body: JsonObject): Uint8Array {
  return text(JSON.stringify({ ...body, sha256: digest(body) }));
}

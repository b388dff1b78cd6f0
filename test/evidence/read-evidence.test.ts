import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import type { EvidenceFiles } from '../../src/evidence/evidence.ts';
import { sha256 } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createReport } from '../../src/kernel/report.ts';
import { thumbprintOf } from '../../src/evidence/certificate.ts';
import { testCertificate } from '../support/certificates.ts';
import { evidenceBody, evidenceOf, sealed, type Read } from '../support/evidence.ts';

const CLIXML = new TextEncoder().encode(
  '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">' +
    '<Obj RefId="0"><DCT><En><S N="Key">Name</S><S N="Value">Exchange_x0020_Online</S></En>' +
    '<En><S N="Key">Enabled</S><B N="Value">true</B></En>' +
    '<En><S N="Key">PSComputerName</S><S N="Value">ex01</S></En></DCT></Obj></Objs>',
);
const FILE = 'objects/Get-PartnerApplication.clixml';
const der = testCertificate(0);
const thumbprint = thumbprintOf(der);
const READ: Read = { family: 'exchange-server', host: 'EX01', objects: {} };

/** A folder as a collector writes it, with one file of objects and one certificate. */
function folder(
  files: Readonly<Record<string, Uint8Array | undefined>> = {},
  change: (body: JsonObject) => JsonObject = body => body,
): EvidenceFiles {
  const cer = `certificates/${thumbprint}.cer`;
  const body = change({
    ...evidenceBody(READ),
    objects: [
      { command: 'Get-PartnerApplication', file: FILE, sha256: sha256(CLIXML), count: '1' },
    ],
    certificates: [{ thumbprint, file: cer, sha256: sha256(der) }],
  });
  const all = { 'envelope.json': sealed(body), [FILE]: CLIXML, [cer]: der, ...files };
  const there = Object.entries(all).filter(
    (one): one is [string, Uint8Array] => one[1] !== undefined,
  );
  return { place: 'evidence-ex01', files: new Map(there) };
}

function read(files: EvidenceFiles) {
  const report = createReport();
  const evidence = readEvidence(files, report);
  return { evidence, diagnostics: report.diagnostics };
}

describe('evidence', () => {
  it('is read from a folder: objects without what the shell added, certificates', () => {
    const { evidence, diagnostics } = read(folder());
    expect(diagnostics).toEqual([]);
    expect(evidence?.objects.get('Get-PartnerApplication')).toEqual([
      { Name: 'Exchange Online', Enabled: true },
    ]);
    expect([...(evidence?.certificates.keys() ?? [])]).toEqual([thumbprint]);
  });

  it('is read from one document that holds its objects', () => {
    const objects = { 'Get-AuthConfig': [{ Realm: '' }] };
    const unread = { 'Get-AuthServer': 'Access is denied.' };
    const { evidence } = read(evidenceOf({ ...READ, objects, unread }));
    expect(evidence?.objects.get('Get-AuthConfig')).toEqual([{ Realm: '' }]);
    expect(evidence?.unread.get('Get-AuthServer')).toBe('Access is denied.');
    expect(evidence?.objects.has('Get-AuthServer')).toBe(false);
  });
});

describe('damaged evidence (evidence/damaged)', () => {
  const flipped = Uint8Array.from(CLIXML, (byte, at) => (at === 200 ? byte ^ 1 : byte));

  it.each([
    ['a file was altered', folder({ [FILE]: flipped }), FILE],
    ['a file is missing', folder({ [FILE]: undefined }), FILE],
    ['a file is beside it that nobody names', folder({ 'notes.txt': CLIXML }), 'notes.txt'],
    ['the envelope was altered', altered(), 'envelope.json'],
    ['the envelope is cut off', cut(), 'envelope.json'],
    ['a member of the envelope stands twice', doubled(), 'envelope.json: line 1, column 2'],
    ['a count does not fit', folder({}, body => counted(body, '2')), FILE],
    ['a command stands twice', folder({}, twice), 'envelope.json'],
    ['a command was read and was not', folder({}, contrary), 'envelope.json: it lists Get-Partner'],
    ['an object has neither file nor items', folder({}, body => bare(body)), 'envelope.json'],
  ])('is refused, and nothing of it is used: %s', (_, files, file) => {
    const { evidence, diagnostics } = read(files);
    expect(evidence).toBeUndefined();
    expect(diagnostics[0]?.code).toBe('evidence/damaged');
    expect(diagnostics[0]?.detail).toContain(`evidence-ex01: ${file}`);
  });

  it('has a place where XML is broken, and all faults are told at once', () => {
    const broken = new TextEncoder().encode(
      '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n<S>x</T>\n</Objs>',
    );
    const files = folder({ [FILE]: broken, 'notes.txt': broken }, body => ({
      ...body,
      objects: [
        { command: 'Get-PartnerApplication', file: FILE, sha256: sha256(broken), count: '1' },
      ],
    }));
    const { evidence, diagnostics } = read(files);
    expect(evidence).toBeUndefined();
    expect(diagnostics.map(({ detail }) => detail)).toEqual([
      expect.stringContaining(`${FILE}: line 2, column `),
      expect.stringContaining('notes.txt: '),
    ]);
  });

  it('takes no byte of an envelope for another', () => {
    const whole = folder();
    const envelope = whole.files.get('envelope.json') ?? CLIXML;
    for (let at = 0; at < envelope.length - 1; at += 3) {
      const bytes = Uint8Array.from(envelope, (byte, index) => (index === at ? byte ^ 2 : byte));
      const files = new Map([...whole.files, ['envelope.json', bytes]]);
      const { evidence, diagnostics } = read({ place: 'e', files });
      expect(evidence, `byte ${at}`).toBeUndefined();
      expect(diagnostics.length).toBeGreaterThan(0);
    }
  });
});

describe('what is no evidence (evidence/format)', () => {
  it.each([
    ['no envelope', folder({ 'envelope.json': undefined })],
    ['another kind', folder({}, body => ({ ...body, kind: 'plan' }))],
    ['another major', folder({}, body => ({ ...body, format_version: '2.0' }))],
    ['a path out of the folder', folder({}, body => away(body))],
    ['a command that changes something', folder({}, body => setting(body))],
  ])('is refused: %s', (_, files) => {
    const { evidence, diagnostics } = read(files);
    expect(evidence).toBeUndefined();
    expect(diagnostics[0]?.code).toBe('evidence/format');
  });
});

describe('what does not fit the form is told in words', () => {
  it.each([
    ['another major', { format_version: '2.0', more: 1 }, 'format version "2.0", and this version'],
    ['a member too many', { more: 1 }, 'it has "more", which'],
    ['a member that hides', { 'a\u202eb': 1 }, 'it has "a<U+202E>b", which'],
    [
      'a member too many inside',
      { unread: [{ what: 'x', because: 'y', z: 1 }] },
      '/unread/0 has "z"',
    ],
    ['another kind', { kind: 'plan' }, '/kind is not "concordat/evidence"'],
    ['a member of another type', { host: 1 }, '/host is not a text'],
  ])('%s', (_, change, words) => {
    const { diagnostics } = read(folder({}, body => ({ ...body, ...change })));
    expect(diagnostics[0]?.detail).toContain(words);
  });
});

function altered(): EvidenceFiles {
  const { files } = folder();
  const text = new TextDecoder().decode(files.get('envelope.json')).replace('EX01', 'EX02');
  return folder({ 'envelope.json': new TextEncoder().encode(text) });
}

function cut(): EvidenceFiles {
  const { files } = folder();
  return folder({ 'envelope.json': files.get('envelope.json')?.slice(0, -20) });
}

/** Which build is it? One reader takes the first, another the last. */
function doubled(): EvidenceFiles {
  const { files } = folder();
  const text = new TextDecoder().decode(files.get('envelope.json'));
  const both = text.replace('{"build":null', '{"build":"15.0.1497.48","build":null');
  return folder({ 'envelope.json': new TextEncoder().encode(both) });
}

function only(body: JsonObject, change: JsonObject): JsonObject {
  const [first] = body['objects'] as JsonObject[];
  return { ...body, objects: [{ ...first, ...change }] };
}

function counted(body: JsonObject, count: string): JsonObject {
  return only(body, { count });
}

function twice(body: JsonObject): JsonObject {
  const [first] = body['objects'] as JsonObject[];
  return { ...body, objects: [first ?? {}, first ?? {}] };
}

function contrary(body: JsonObject): JsonObject {
  return { ...body, unread: [{ what: 'Get-PartnerApplication', because: 'Access is denied.' }] };
}

function bare(body: JsonObject): JsonObject {
  return { ...body, objects: [{ command: 'Get-PartnerApplication' }] };
}

function away(body: JsonObject): JsonObject {
  return only(body, { file: '../state.json' });
}

function setting(body: JsonObject): JsonObject {
  return only(body, { command: 'Set-AuthConfig' });
}

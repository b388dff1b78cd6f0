import { describe, expect, it } from 'vitest';
import { readNamedCertificates } from '../../src/evidence/named-certificates.ts';
import { createReport, type Diagnostic } from '../../src/kernel/report.ts';
import type { NamedCertificates } from '../../src/kernel/certificate.ts';
import type { PublicKeyRecord } from '../../src/ports/key-store.ts';
import { pem, testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const GENERATED = 'issuer: { certificate: { source: generate } }\n  exchange';
const FIRST = testCertificate(0);
const SECOND = testCertificate(1);

interface Outcome {
  readonly certificates: NamedCertificates;
  readonly diagnostics: readonly Diagnostic[];
  readonly codes: readonly string[];
}

/** Reads the topology of the example with another certificate entry for its first deployment. */
async function read(
  entry: string,
  files: Readonly<Record<string, Uint8Array>> = {},
  prepared: readonly PublicKeyRecord[] = [],
): Promise<Outcome> {
  const text = exampleText('lync-exchange');
  expect(text).toContain(GENERATED);
  const changed = text.replace(GENERATED, `issuer: { certificate: ${entry} }\n  exchange`);
  const report = createReport();
  const reader = {
    read: async (path: string, most: number) => {
      const bytes = files[path];
      return bytes && bytes.length > most ? 'too-large' : bytes;
    },
  };
  const { topology } = lowering(changed);
  const certificates = await readNamedCertificates(topology, reader, { prepared, report });
  const { diagnostics } = report;
  return { certificates, diagnostics, codes: diagnostics.map(({ code }) => code) };
}

describe('certificates that a topology names', () => {
  it('are read from their files, with the place that names them', async () => {
    const { certificates, codes } = await read('{ public: a.cer }', { 'a.cer': FIRST });
    expect(codes).toEqual([]);
    expect(certificates).toMatchObject([
      {
        deployment: 'lync',
        use: 'next',
        file: 'a.cer',
        at: ['deployments', 'lync', 'issuer', 'certificate', 'public'],
        info: { subject: 'CN=litwareinc.com' },
      },
    ]);
  });

  it('are two where a roll is declared', async () => {
    const roll = "{ public: b.cer, roll: { current: a.cer, effective: '2030-02-01T00:00:00Z' } }";
    const { certificates, codes } = await read(roll, { 'a.cer': FIRST, 'b.cer': SECOND });
    expect(codes).toEqual([]);
    expect(certificates.map(({ use, file }) => [use, file])).toEqual([
      ['next', 'b.cer'],
      ['current', 'a.cer'],
    ]);
  });

  it('evidence/roll-to-itself: may not be the same one on both sides of a roll', async () => {
    const roll = "{ public: b.cer, roll: { current: a.cer, effective: '2030-02-01T00:00:00Z' } }";
    const { codes } = await read(roll, { 'a.cer': FIRST, 'b.cer': FIRST });
    expect(codes).toEqual(['evidence/roll-to-itself']);
  });

  it('come from the key store where they are made here', async () => {
    const record = { address: 'certificate/lync', certificate: FIRST, profile: '' } as const;
    const { certificates, codes } = await read('{ source: generate }', {}, [record]);
    expect(codes).toEqual([]);
    expect(certificates).toMatchObject([{ use: 'next', file: 'certificate/lync' }]);
    expect((await read('{ source: generate }')).certificates).toEqual([]);
  });

  it('evidence/made-and-given: are not read from a file too', async () => {
    const entry = '{ source: generate, public: a.cer }';
    expect((await read(entry, { 'a.cer': FIRST })).codes).toEqual(['evidence/made-and-given']);
  });

  it('evidence/missing: names a file that is not there', async () => {
    const { diagnostics } = await read('{ public: a.cer }');
    expect(diagnostics).toMatchObject([
      {
        code: 'evidence/missing',
        detail: 'a.cer is not there, or is no file',
        address: 'certificate/lync',
      },
    ]);
  });

  it.each([
    ['evidence/unreadable', Buffer.from('nothing')],
    ['evidence/too-large', new Uint8Array(100_000)],
    ['evidence/private-key', Buffer.from(pem(testKeyPair(0).privateKey, 'PRIVATE KEY'))],
  ])('%s: names a file that cannot be used, and none of its bytes', async (code, bytes) => {
    const { diagnostics, certificates } = await read('{ public: a.cer }', { 'a.cer': bytes });
    expect(diagnostics).toMatchObject([{ code, severity: 'error' }]);
    expect(diagnostics[0]?.detail).toMatch(/^a\.cer /);
    expect(JSON.stringify(diagnostics)).not.toContain('MII');
    expect(certificates[0]).not.toHaveProperty('info');
  });

  it('evidence/not-given: says what is lost where an existing one is not named', async () => {
    const { diagnostics } = await read('{ source: existing }');
    expect(diagnostics).toMatchObject([{ code: 'evidence/not-given', severity: 'info' }]);
    expect((await read('{ source: host }')).codes).toEqual([]);
  });
});

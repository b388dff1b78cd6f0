import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lintCertificate } from '../../src/render/lint-certificate.ts';
import { makeCertificate, type CertificateRequest } from '../../src/render/certificate.ts';
import { testKeyPair } from '../support/keys.ts';
import { tools } from '../support/tools.ts';

/** How many random profiles every judge sees; all of them in one call of each judge. */
const COUNT = 50;
const USAGES = { usages: ['digitalSignature', 'keyEncipherment'], extendedUsages: ['serverAuth'] };

const folder = mkdtempSync(join(tmpdir(), 'concordat-certificates-'));
const requests = randomRequests();
const files = requests.map((_, index) => join(folder, `${index}.pem`));

beforeAll(() => {
  requests.forEach((request, index) => {
    const base64 = Buffer.from(makeCertificate(request))
      .toString('base64')
      .replace(/.{64}/g, '$&\n');
    const pem = `-----BEGIN CERTIFICATE-----\n${base64.trim()}\n-----END CERTIFICATE-----\n`;
    writeFileSync(files[index] ?? '', pem);
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe(`${COUNT} certificates of random profiles`, () => {
  it('are sound by our own lints', () => {
    for (const request of requests) {
      const { names, usages, extendedUsages } = request;
      const profile = { names, usages, extendedUsages, publicKey: request.keyPair.publicKey };
      const found = lintCertificate(makeCertificate(request), profile);
      expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });

  it.skipIf(!tools.openssl)('verify strictly with openssl', () => {
    requests.forEach((request, index) => {
      const file = files[index] ?? '';
      const during = String(request.notBefore.getTime() / 1000 + 86_400);
      const flags = ['-x509_strict', '-check_ss_sig', '-attime', during];
      const lines = run('openssl', ['verify', ...flags, '-CAfile', file, file]);
      expect(lines.trim()).toBe(`${file}: OK`);
    });
  });

  it.skipIf(!tools.openssl)('show openssl what was asked for', () => {
    requests.forEach((request, index) => {
      const text = run('openssl', ['x509', '-in', files[index] ?? '', '-noout', '-text']);
      expect(text).toContain('Version: 3 (0x2)');
      expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
      expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
      expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature, Key Encipherment/);
      expect(text).toContain('TLS Web Server Authentication');
      const names = [...text.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name);
      expect(names).toEqual([...request.names]);
    });
  });

  it.skipIf(!tools.openssl)('are dated in the form that openssl expects of their year', () => {
    const formOf = (date: Date): RegExp =>
      date.getUTCFullYear() < 2050 ? /^\d{12}Z$/ : /^\d{14}Z$/;
    const forms = requests.map(({ notBefore, notAfter }, index) => {
      const lines = run('openssl', ['asn1parse', '-in', files[index] ?? '']);
      const dates = [...lines.matchAll(/(?:UTCTIME|GENERALIZEDTIME) +:(.*)/g)];
      expect(dates.map(([, date]) => date)).toEqual([
        expect.stringMatching(formOf(notBefore)),
        expect.stringMatching(formOf(notAfter)),
      ]);
      return lines.includes('GENERALIZEDTIME');
    });
    expect(new Set(forms)).toEqual(new Set([true, false]));
  });

  it.skipIf(!tools.certtool)('are read by GnuTLS without a complaint', () => {
    for (const file of files) {
      const text = run('certtool', ['--certificate-info', '--infile', file]);
      expect(text).toContain('Version: 3');
      expect(text).not.toMatch(/warning|error|unknown/i);
    }
  });

  it.skipIf(!tools.pythonCryptography)('are read and verified by python-cryptography', () => {
    const read = run(tools.pythonCryptography ?? '', ['-W', 'error', '-c', PYTHON, folder]);
    expect(read.trim()).toBe(String(COUNT));
    expect(readdirSync(folder)).toHaveLength(COUNT);
  });
});

const PYTHON = `
import pathlib, sys
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
count = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob('*.pem')):
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    certificate.public_key().verify(certificate.signature, certificate.tbs_certificate_bytes,
        padding.PKCS1v15(), certificate.signature_hash_algorithm)
    assert certificate.serial_number > 0 and certificate.serial_number.bit_length() == 127
    assert len(certificate.subject.rdns) > 0 and certificate.subject == certificate.issuer
    assert len(list(certificate.extensions)) in (3, 5)
    count += 1
print(count)
`;

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function randomRequests(): CertificateRequest[] {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 2, maxLength: 4 }).map(labels => labels.join('.'));
  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const plain = value.filter(text => text === text.trim() && text !== '' && !/\p{C}/u.test(text));
  const escaped = plain.map(text => text.replace(/[\\,]/g, '\\$&'));
  const subject = fc.oneof(
    name.filter(text => text.length <= 64).map(text => `CN=${text}`),
    fc.tuple(escaped, escaped).map(([common, unit]) => `CN=${common}, OU=${unit}, O=Ähre, C=DE`),
    fc.constant('CN=Microsoft Exchange Server Auth Certificate'),
    name.map(text =>
      text
        .split('.')
        .map(part => `DC=${part}`)
        .join(', '),
    ),
  );
  const request = fc.record({
    subject,
    names: fc.uniqueArray(name, { maxLength: 60 }),
    key: fc.nat(5),
    serial: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    notBefore: fc.integer({ min: 0, max: 1_000_000_000 }),
    years: fc.integer({ min: 1, max: 40 }),
  });
  return fc.sample(request, { numRuns: COUNT, seed: 20261124 }).map(one => {
    const notBefore = new Date(Date.UTC(2026, 0, 1) + one.notBefore * 1000 - 86_400_000 * 365);
    const notAfter = new Date(notBefore);
    notAfter.setUTCFullYear(notBefore.getUTCFullYear() + one.years);
    const { subject: name, names, serial } = one;
    return {
      subject: name,
      names,
      serial,
      keyPair: testKeyPair(one.key),
      notBefore,
      notAfter,
      ...USAGES,
    };
  });
}

import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_BYTES } from '../../src/evidence/certificate-file.ts';
import { readCertificate } from '../../src/evidence/certificate.ts';
import { pem, testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';
import { tools } from '../support/tools.ts';

const der = testCertificate(0);
const text = (value: string, encoding: BufferEncoding = 'utf8'): Uint8Array =>
  Buffer.from(value, encoding);
const base64 = Buffer.from(der).toString('base64');

describe('reading a certificate', () => {
  it('says what it says', () => {
    const known = new X509Certificate(der);
    expect(readCertificate(der)).toEqual({
      thumbprint: known.fingerprint.replaceAll(':', ''),
      sha256: known.fingerprint256.replaceAll(':', '').toLowerCase(),
      subject: 'CN=litwareinc.com',
      issuer: 'CN=litwareinc.com',
      names: ['litwareinc.com', 'litware.net'],
      notBefore: '2029-12-31T23:00:00Z',
      notAfter: '2031-12-31T23:00:00Z',
      keyType: 'rsa',
      keyBits: 2048,
      signature: 'sha256WithRSAEncryption',
      serial: `41${'01'.repeat(15)}`,
      der,
    });
  });

  it.each([
    ['PEM', text(pem(der))],
    ['PEM with Windows line ends', text(pem(der).replaceAll('\n', '\r\n'))],
    ['PEM after an explanation', text(`subject=CN = x\n${pem(der)}`)],
    ['PEM labelled X509', text(pem(der, 'X509 CERTIFICATE'))],
    ['bare base64', text(base64)],
    ['base64 in lines', text(base64.replace(/.{76}/g, '$&\r\n'))],
    ['UTF-8 with a byte order mark', text(`\ufeff${pem(der)}`)],
    ['UTF-16 as Windows PowerShell redirects', text(`\ufeff${pem(der)}`, 'utf16le')],
    ['UTF-16, the other byte order', Buffer.from(text(`\ufeff${pem(der)}`, 'utf16le')).swap16()],
  ])('reads %s', (_, bytes) => {
    expect(readCertificate(bytes)).toEqual(readCertificate(der));
  });

  it('shows names the most specific first and invisible characters escaped', () => {
    const subject = 'CN=a\\,b, OU=Ähre, O=Litware, C=DE';
    expect(readCertificate(testCertificate(1, { subject, names: [] }))).toMatchObject({
      subject,
      names: [],
    });
  });
});

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = testKeyPair(0).privateKey;

describe('refusing what is not one public certificate', () => {
  it.each<[string, Uint8Array, string]>([
    ['a key in PEM', text(pem(pkcs8, 'PRIVATE KEY')), 'a private key in PEM'],
    ['a certificate with its key', text(pem(der) + pem(pkcs8, 'PRIVATE KEY')), 'in PEM'],
    ['an encrypted key in PEM', text(pem(pkcs8, 'ENCRYPTED PRIVATE KEY')), 'in PEM'],
    ['PKCS #8', pkcs8, 'PKCS #8'],
    ['PKCS #8 in base64', text(Buffer.from(pkcs8).toString('base64')), 'PKCS #8'],
    ['SEC 1', privateKey.export({ type: 'sec1', format: 'der' }), 'SEC 1'],
    [
      'encrypted PKCS #8',
      privateKey.export({
        type: 'pkcs8',
        format: 'der',
        cipher: 'aes-256-cbc',
        passphrase: 'secret',
      }),
      'encrypted',
    ],
  ])('names the private key in %s', (_, bytes, what) => {
    const found = readCertificate(bytes);
    expect(found).toMatchObject({ kind: 'private-key' });
    expect('fault' in found && found.fault).toContain(what);
  });

  it.each<[string, Uint8Array, string]>([
    ['an empty file', text(''), 'is empty'],
    ['blanks', text(' \r\n'), 'is empty'],
    ['prose', text('see attachment'), 'neither DER nor PEM nor base64'],
    ['two certificates', text(pem(der) + pem(testCertificate(1))), 'holds 2 certificates'],
    ['half a block', text(pem(der).slice(0, 400)), 'does not end'],
    ['a request', text(pem(der, 'NEW CERTIFICATE REQUEST')), 'new certificate request'],
    ['a public key', publicKey.export({ type: 'spki', format: 'der' }), 'bare public key'],
    ['a truncated certificate', der.slice(0, -1), 'well-formed'],
    ['a certificate and more', Buffer.concat([der, pkcs8]), 'well-formed'],
    ['base64 of a sentence', text('aGVsbG8gd29ybGQ='), 'well-formed'],
    ['base64 with spare bits', text(base64.slice(0, -4) + 'AB=='), 'neither'],
  ])('names %s', (_, bytes, what) => {
    const found = readCertificate(bytes);
    expect(found).toMatchObject({ kind: 'unreadable' });
    expect('fault' in found && found.fault).toContain(what);
  });

  it('names a file that is too large before it looks inside', () => {
    const found = readCertificate(new Uint8Array(MOST_BYTES + 1));
    expect(found).toMatchObject({ kind: 'too-large' });
    expect(readCertificate(new Uint8Array(MOST_BYTES))).toMatchObject({ kind: 'unreadable' });
  });

  it.skipIf(!tools.openssl)('names PFX files, PKCS #7 bundles and requests of openssl', () => {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-evidence-'));
    const at = (name: string): string => join(folder, name);
    const openssl = (...args: string[]): Uint8Array => {
      execFileSync('openssl', args, { stdio: 'ignore' });
      return readFileSync(at('out'));
    };
    writeFileSync(at('key'), pem(pkcs8, 'PRIVATE KEY'));
    writeFileSync(at('cer'), pem(der));
    const key = ['-inkey', at('key'), '-in', at('cer'), '-out', at('out')];
    const pfx = openssl('pkcs12', '-export', '-passout', 'pass:x', ...key);
    expect(readCertificate(pfx)).toMatchObject({ kind: 'private-key' });
    const bundle = ['-certfile', at('cer'), '-outform', 'DER', '-out', at('out')];
    expect(readCertificate(openssl('crl2pkcs7', '-nocrl', ...bundle))).toMatchObject({
      fault: expect.stringContaining('PKCS #7') as string,
    });
    const request = ['-key', at('key'), '-subj', '/CN=x', '-outform', 'DER', '-out', at('out')];
    expect(readCertificate(openssl('req', '-new', ...request))).toMatchObject({
      fault: expect.stringContaining('request') as string,
    });
    const traditional = ['-in', at('key'), '-traditional', '-outform', 'DER', '-out', at('out')];
    expect(readCertificate(openssl('rsa', ...traditional))).toMatchObject({ kind: 'private-key' });
    rmSync(folder, { recursive: true });
  });

  it('answers for any bytes, and for a certificate with any byte changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
        expect(readCertificate(bytes)).toBeTypeOf('object');
      }),
    );
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(der);
        changed[at] = (changed[at] ?? 0) ^ change;
        expect(readCertificate(changed)).toBeTypeOf('object');
      }),
      { numRuns: 2_000 },
    );
  });
});

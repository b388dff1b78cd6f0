import { X509Certificate, createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../../src/products/registry.ts';
import { readBundle } from '../../src/proof/bundle.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { makePfx, type PfxForm } from '../../src/render/pfx.ts';
import { signedToken } from '../../src/proof/mint.ts';
import { readSender } from '../../src/proof/sender.ts';
import { NOW, exampleCertificate, exampleModel, filesOf } from '../proof/bundle.ts';
import { renderedInput } from '../proof/rendered.ts';
import { hasEngine, startEngine, type Engine } from '../support/engine.ts';
import { testKeyPair } from '../support/keys.ts';
import { alteredToken, judgedToken } from './tokens.ts';

interface Verdict {
  readonly valid: boolean;
  readonly reason: string | null;
}

const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000';
const ISSUER = '00000004-0000-0ff1-ce00-000000000000@litwareinc.com';
const AUDIENCE = `${EXCHANGE}/autodiscover.litware.com@litware.com`;

/** Microsoft's own token handler and .NET's own certificate reader; nobody here wrote either. */
describe.skipIf(!hasEngine)('.NET', () => {
  let engine: Engine;
  beforeAll(() => void (engine = startEngine()));
  afterAll(() => engine.close());

  const judge = (token: string, also: object = {}) =>
    engine.request<Verdict>('token', {
      token,
      certificates: [Buffer.from(exampleCertificate('lync')).toString('base64')],
      issuer: ISSUER,
      audience: AUDIENCE,
      at: NOW.toISOString(),
      ...also,
    });

  it('accepts the actor token that the example sends', async () => {
    expect(await judge(await actorToken())).toEqual({ valid: true, reason: null, detail: null });
  });

  it.each([
    ['exchange', 'lync'],
    ['lync', 'exchange'],
  ])('accepts what the rendered example sends to %s from %s', async (acceptor, issuer) => {
    const at = '2026-11-24T12:00:00Z';
    const input = await renderedInput('lync-exchange', at);
    const sent = await judgedToken(input, { acceptor, issuer });
    const { raw } = new X509Certificate(sent.certificatePem);
    const certificates = [Buffer.from(raw).toString('base64')];
    const also = { certificates, issuer: sent.issuer, audience: sent.audience, at };
    expect(await judge(sent.token, also)).toMatchObject({ valid: true });
    expect(await judge(alteredToken(sent.token, 1), also)).toMatchObject({ valid: false });
  });

  it.each([
    ['an altered claim', alteredClaim, {}, 'IDX10517'],
    ['an altered signature', alteredSignature, {}, 'IDX10517'],
    ['another key', withoutChange, { certificates: [exchangeCertificate()] }, 'IDX10500'],
    [
      'another realm',
      withoutChange,
      { audience: `${EXCHANGE}/autodiscover.litware.com@other.com` },
      'IDX10214',
    ],
    [
      'another issuer',
      withoutChange,
      { issuer: ISSUER.replace('litwareinc', 'other') },
      'IDX10205',
    ],
    ['a time after its end', withoutChange, { at: '2026-03-01T20:00:01Z' }, 'IDX10230'],
    ['a time before its begin', withoutChange, { at: '2026-03-01T11:59:59Z' }, 'IDX10230'],
  ])('refuses it with %s', async (_, change, also, reason) => {
    const { valid, reason: given } = await judge(change(await actorToken()), also);
    expect({ valid, given }).toEqual({ valid: false, given: reason });
  });

  it('reads a certificate that we made as node:crypto does', async () => {
    const der = Buffer.from(exampleCertificate('lync'));
    const known = new X509Certificate(der);
    expect(await engine.request('certificate', { bytes: der.toString('base64') })).toEqual({
      subject: known.subject,
      issuer: known.issuer,
      thumbprint: known.fingerprint.replaceAll(':', ''),
      serial: known.serialNumber,
      signature: 'sha256RSA',
      keyBits: 2048,
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2030-01-01T00:00:00Z',
      names: ['litwareinc.com', 'litware.net'],
      usages: 'KeyEncipherment, DigitalSignature',
      privateKey: false,
    });
  });

  it.each<PfxForm>(['aes-256', '3des'])(
    'reads a %s key file with its password only',
    async form => {
      const der = exampleCertificate('lync');
      const file = await makePfx(
        {
          privateKey: new Secret(testKeyPair(0).privateKey),
          certificate: der,
          friendlyName: 'Concordat test',
          password: new Secret('correct horse'),
          random: count => new Uint8Array(count).fill(7),
        },
        form,
      );
      const bytes = Buffer.from(file).toString('base64');
      expect(await engine.request('pfx', { bytes, password: 'correct horse' })).toMatchObject({
        thumbprint: new X509Certificate(der).fingerprint.replaceAll(':', ''),
        privateKey: true,
        signs: true,
      });
      await expect(engine.request('pfx', { bytes, password: 'wrong' })).rejects.toThrow('password');
    },
  );

  it('refuses a certificate that is cut short', async () => {
    const der = Buffer.from(exampleCertificate('lync'));
    const bytes = der.subarray(0, -1).toString('base64');
    await expect(engine.request('certificate', { bytes })).rejects.toThrow(
      'CryptographicException',
    );
  });
});

/** What the bytes written for the issuer make its server send. */
async function actorToken(): Promise<string> {
  const bundle = readBundle(filesOf(exampleModel()));
  const product = readCatalog().products.get('lync-server-2013');
  const { header, claims } = readSender(
    { bundle, issuer: 'lync', acceptor: 'exchange', product },
    NOW,
  );
  const { privateKey } = testKeyPair(0);
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  return signedToken(header, claims, key);
}

function exchangeCertificate(): string {
  return Buffer.from(exampleCertificate('exchange')).toString('base64');
}

function withoutChange(token: string): string {
  return token;
}

function alteredClaim(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
  const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 }));
  return `${header}.${longer.toString('base64url')}.${signature}`;
}

function alteredSignature(token: string): string {
  const at = token.lastIndexOf('.') + 10;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

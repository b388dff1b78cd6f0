import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { metadataDocument } from '../../src/render/metadata.ts';
import { testCertificate } from '../support/certificates.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const { installations } = lowering(exampleText('lync-exchange'));
const [first, second] = [testCertificate(0), testCertificate(1)];

function textOf(deployment: string, certificates: readonly Uint8Array[]): string {
  const installation = installations.get(deployment);
  if (!installation) throw new Error(`no installation ${deployment}`);
  return new TextDecoder().decode(metadataDocument(installation, certificates));
}

const read = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const x5t = (der: Uint8Array): string => createHash('sha1').update(der).digest('base64url');

describe('the metadata document that a deployment is expected to publish', () => {
  it('has all nine fields, spelled and ordered as readers know them', () => {
    const { id, ...document } = read(textOf('lync', [first]));
    expect(id).toMatch(/^_[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(document).toEqual({
      version: '1.0',
      name: 'Lync',
      realm: 'litwareinc.com',
      serviceName: '00000004-0000-0ff1-ce00-000000000000',
      issuer: '00000004-0000-0ff1-ce00-000000000000@litwareinc.com',
      allowedAudiences: ['00000004-0000-0ff1-ce00-000000000000@litwareinc.com'],
      keys: [
        {
          usage: 'signing',
          keyinfo: { x5t: x5t(first) },
          keyvalue: {
            type: 'x509Certificate',
            value: Buffer.from(first).toString('base64'),
          },
        },
      ],
      endpoints: [
        {
          location: 'https://lyncweb-int.litwareinc.com/metadata/json/1',
          protocol: 'OAuth2',
          usage: 'metadata',
        },
      ],
    });
  });

  it('names the other product, realm and address for the other side', () => {
    expect(read(textOf('exchange', [first]))).toMatchObject({
      name: 'Exchange',
      issuer: '00000002-0000-0ff1-ce00-000000000000@litware.com',
      endpoints: [{ location: 'https://autodiscover.litware.com/autodiscover/metadata/json/1' }],
    });
  });

  it('lists the keys in the order given: the signing one first', () => {
    const keysOf = (certificates: readonly Uint8Array[]): unknown =>
      read(textOf('lync', certificates))['keys'];
    expect(keysOf([first, second])).toMatchObject([
      { keyinfo: { x5t: x5t(first) } },
      { keyinfo: { x5t: x5t(second) } },
    ]);
    expect(keysOf([second, first])).not.toEqual(keysOf([first, second]));
    expect(keysOf([])).toEqual([]);
  });

  it('writes thumbprints of 27 characters and certificates on one line', () => {
    const text = textOf('lync', [first]);
    expect(text).toMatch(/"x5t": "[\w-]{27}"/);
    expect(text).toContain(`"value": "${Buffer.from(first).toString('base64')}"`);
    expect(text.endsWith('\n}\n')).toBe(true);
    expect(text).not.toContain('\r');
  });

  it('is the same bytes for the same certificates, and has another id for others', () => {
    expect(textOf('lync', [first])).toBe(textOf('lync', [first]));
    const ids = [[first], [second], [first, second]].map(one => read(textOf('lync', one))['id']);
    expect(new Set(ids).size).toBe(3);
  });
});

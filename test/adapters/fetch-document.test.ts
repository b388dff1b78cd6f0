import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentSource, type FetchSettings } from '../../src/adapters/fetch-document.ts';
import { fetchFault } from '../../src/adapters/fetch-fault.ts';
import { isPublic } from '../../src/adapters/public-address.ts';
import { Refusal } from '../../src/kernel/report.ts';
import { sha256 } from '../../src/kernel/canonical.ts';
import { AUTHORITY, HOST, openServer, SOUND, type SecureServer } from '../support/secure-server.ts';

let server: SecureServer;
beforeAll(async () => {
  server = await openServer((_, answer) => answer.end('{}'));
});
afterAll(() => server.close());

/** Everything else is allowed, so that only the defence that is looked at can refuse. */
function settings(change: Partial<FetchSettings> = {}): FetchSettings {
  const port = server.port;
  return {
    allowHosts: [HOST, 'localhost', 'evil.example'].map(host => `${host}:${port}`),
    allowPrivate: [],
    authority: Buffer.from(AUTHORITY.certificate),
    milliseconds: 5_000,
    resolve: () => Promise.resolve(['127.0.0.1']),
    ...change,
  };
}

async function refusal(url: string, change: Partial<FetchSettings> = {}): Promise<Refusal> {
  try {
    await documentSource(settings(change)).fetch(url);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`${url} was fetched`);
}

/** PORT stands for the port of a server that listens. */
const URLS = [
  '',
  ' ',
  'https://',
  'https:///metadata/json/1',
  'https:/evil.example:PORT/',
  'https:evil.example:PORT/',
  '//evil.example:PORT/',
  'evil.example:PORT',
  'http://evil.example:PORT/',
  'http://127.0.0.1:PORT/',
  'ftp://evil.example:PORT/',
  'file:///etc/passwd',
  'file://evil.example/etc/passwd',
  'gopher://127.0.0.1:PORT/_GET',
  'data:application/json,{}',
  'javascript:alert(1)',
  'wss://evil.example:PORT/',
  'blob:https://evil.example:PORT/1',
  'view-source:https://evil.example:PORT/',
  ' https://evil.example:PORT/',
  'https://evil.example:PORT/ ',
  'https://evil.example:PORT/a b',
  'https://evil.example:PORT/\r\nHost: other',
  'https://evil.example:PORT/\u0000',
  'h\tttps://evil.example:PORT/',
  'https://ev\nil.example:PORT/',
  'https://evil.example:PORT/#fragment',
  'https://evil.example:PORT\\@litware.com/',
  'https:\\\\evil.example:PORT\\',
  'https://user@evil.example:PORT/',
  'https://user:word@evil.example:PORT/',
  'https://litware.com@evil.example:PORT/',
  'https://@evil.example:PORT/',
  'https://evil.example:PORT@litware.com/',
  'https://127.0.0.1:PORT/',
  'https://127.1:PORT/',
  'https://2130706433:PORT/',
  'https://0x7f000001:PORT/',
  'https://0x7f.0.0.1:PORT/',
  'https://0177.0.0.1:PORT/',
  'https://017700000001:PORT/',
  'https://127.0.0.1.:PORT/',
  'https://127.0.0x0.1:PORT/',
  'https://0:PORT/',
  'https://169.254.169.254/latest/meta-data/',
  'https://a.1:PORT/',
  'https://a.0x1:PORT/',
  'https://[::1]:PORT/',
  'https://[::]:PORT/',
  'https://[::ffff:127.0.0.1]:PORT/',
  'https://[::ffff:7f00:1]:PORT/',
  'https://[64:ff9b::7f00:1]:PORT/',
  'https://[fe80::1%25lo]:PORT/',
  'https://[fe80::1%lo]:PORT/',
  'https://[fd00::1]:PORT/',
  'https://[v1.x]:PORT/',
  'https://[::1:PORT/',
  'https://localhost:PORT/',
  'https://LOCALHOST:PORT/',
  'https://localhost.:PORT/',
  'https://evil.example.:PORT/',
  'https://.evil.example:PORT/',
  'https://evil..example:PORT/',
  'https://-evil.example:PORT/',
  'https://evil_host.example:PORT/',
  'https://*.example:PORT/',
  'https://%65vil.example:PORT/',
  'https://evil%2eexample:PORT/',
  'https://evil.example%00.litware.com:PORT/',
  'https://еvil.example:PORT/',
  'https://evil。example:PORT/',
  'https://①②⑦.0.0.1:PORT/',
  'https://xn--a.example:PORT/',
  'https://evil.example:0PORT/',
  'https://evil.example:+PORT/',
  'https://evil.example:PORT:443/',
  'https://evil.example:/',
  'https://evil.example:0/',
  'https://evil.example:22/',
  'https://evil.example:65536/',
  'https://evil.example:99999999999/',
  'https://other.example:PORT/',
  `https://evil.example:PORT/${'a'.repeat(2_048)}`,
  `https://${'a'.repeat(64)}.example:PORT/`,
  `https://${'a.'.repeat(130)}example:PORT/`,
];

/** What a name could be made to lead to. */
const ADDRESSES = [
  ['0.0.0.0'],
  ['0.1.2.3'],
  ['10.0.0.1'],
  ['10.255.255.255'],
  ['100.64.0.1'],
  ['127.0.0.1'],
  ['127.255.255.254'],
  ['169.254.169.254'],
  ['172.16.0.1'],
  ['172.31.255.255'],
  ['192.0.0.8'],
  ['192.0.2.1'],
  ['192.168.1.1'],
  ['198.18.0.1'],
  ['203.0.113.7'],
  ['224.0.0.1'],
  ['239.255.255.250'],
  ['240.0.0.1'],
  ['255.255.255.255'],
  ['::'],
  ['::1'],
  ['::127.0.0.1'],
  ['::ffff:127.0.0.1'],
  ['::ffff:10.0.0.1'],
  ['::ffff:a9fe:a9fe'],
  ['0:0:0:0:0:ffff:7f00:1'],
  ['64:ff9b::127.0.0.1'],
  ['64:ff9b::a9fe:a9fe'],
  ['64:ff9b:1::1'],
  ['100::1'],
  ['2001::1'],
  ['2001:db8::1'],
  ['2002:7f00:1::1'],
  ['3fff::1'],
  ['fc00::1'],
  ['fd12:3456::1'],
  ['fe80::1'],
  ['fe80::1%lo'],
  ['fec0::1'],
  ['ff02::1'],
  ['not an address'],
  ['8.8.8.8', '127.0.0.1'],
  ['2606:4700::1111', '::1'],
  ['8.8.8.8', '1.1.1.1', '10.0.0.1'],
];

describe('more than eighty hostile addresses are refused without a connection', () => {
  it('are that many', () => {
    expect(URLS.length).toBeGreaterThanOrEqual(80);
    expect(ADDRESSES.length).toBeGreaterThanOrEqual(40);
  });

  it.each(URLS)('%j', async url => {
    const { diagnostic, exit } = await refusal(url.replaceAll('PORT', String(server.port)));
    expect(diagnostic.code).toBe('fetch/url');
    expect(exit).toBe(5);
    expect(diagnostic.detail).toMatch(/^"[^\n]*" \w[^\n]*$/u);
    expect(server.connections()).toBe(0);
  });

  it.each(ADDRESSES.map(list => ({ list })))('a name for $list', async ({ list }) => {
    const resolve = () => Promise.resolve(list);
    const url = `https://evil.example:${server.port}/`;
    const { diagnostic, exit } = await refusal(url, { resolve });
    expect(diagnostic.code).toBe('fetch/private');
    expect(diagnostic.help).toContain('--allow-private evil.example');
    expect(exit).toBe(5);
    expect(server.connections()).toBe(0);
  });

  it.each(['8.8.8.8', '::ffff:8.8.8.8', '64:ff9b::808:808', '2606:4700:4700::1111', '172.32.0.1'])(
    '%s is public, and would be asked',
    address => {
      expect(isPublic(address)).toBe(true);
    },
  );
});

describe('an exception that is no host is refused (fetch/allowance)', () => {
  it.each([
    [{ allowPrivate: ['*'] }, '--allow-private "*"'],
    [{ allowPrivate: ['*.litware.com'] }, '--allow-private'],
    [{ allowPrivate: ['10.0.0.1'] }, '--allow-private'],
    [{ allowPrivate: ['10.0.0.0/8'] }, '--allow-private'],
    [{ allowHosts: ['litware.com'] }, '--allow-host "litware.com"; expected HOST:PORT'],
    [{ allowHosts: ['litware.com:0'] }, '--allow-host'],
    [{ allowHosts: ['litware.com:65536'] }, '--allow-host'],
    [{ allowHosts: ['*:8443'] }, '--allow-host'],
  ])('%j', (change, found) => {
    expect(() => documentSource(settings(change))).toThrow(found);
  });

  it.each(['', 'text', '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----', SOUND.key])(
    'and so is an authority that is no certificate (fetch/authority)',
    text => {
      const authority = Buffer.from(text);
      expect(() => documentSource(settings({ authority }))).toThrow('no certificates in PEM');
    },
  );
});

describe('what the network says becomes a sentence', () => {
  const told = (code: string): unknown =>
    fetchFault(Object.assign(new Error('x'), { code }), 'https://a.example/', 10_000);

  it.each([
    ['INVALID_PURPOSE', 'fetch/untrusted'],
    ['CA_MD_TOO_WEAK', 'fetch/untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'fetch/untrusted'],
    ['HPE_INVALID_CONSTANT', 'fetch/answer'],
    ['EPROTO', 'fetch/unreachable'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'fetch/unreachable'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'fetch/unreachable'],
    ['EAI_AGAIN', 'fetch/unreachable'],
    ['ENETDOWN', 'fetch/unreachable'],
  ])('%s: %s', (name, code) => {
    const refused = told(name);
    if (!(refused instanceof Refusal)) throw new Error('it is no refusal');
    expect(refused.diagnostic.code).toBe(code);
    expect(refused.diagnostic.detail).toMatch(/^https:\/\/a\.example\/ [a-z].* \([A-Z_]+\)$/);
    expect(refused.diagnostic.help).not.toBe('');
    expect(refused.exit).toBe(1);
  });

  it('and a fault of our own stays one', () => {
    const fault = new TypeError('x');
    expect(fetchFault(fault, 'https://a.example/', 1)).toBe(fault);
    expect(told('ERR_INVALID_ARG_TYPE')).not.toBeInstanceOf(Refusal);
  });

  it('and a name without addresses has none', async () => {
    const url = `https://evil.example:${server.port}/`;
    const { diagnostic } = await refusal(url, { resolve: () => Promise.resolve([]) });
    expect(diagnostic.detail).toContain('has no address in DNS');
  });
});

describe('a document of the own network, when its host is named', () => {
  const allowPrivate = [HOST];

  it('comes from the address that was judged, which is asked for once', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const resolve = () => Promise.resolve(answers.shift() ?? []);
    const source = documentSource(settings({ allowPrivate, resolve }));
    const url = `https://${HOST.toUpperCase()}:${server.port}/a/../metadata/json/1?realm=x`;
    const fetched = await source.fetch(url);
    expect(answers).toEqual([['127.0.0.2']]);
    const { notAfter, ...certificate } = fetched.certificate;
    expect({ ...fetched, certificate }).toEqual({
      url: `https://${HOST}:${server.port}/metadata/json/1?realm=x`,
      host: HOST,
      address: '127.0.0.1',
      bytes: new Uint8Array(Buffer.from('{}')),
      certificate: { sha256: sha256(SOUND.der) },
      time: expect.any(Date) as unknown,
    });
    expect(notAfter).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('is believed by an authority in DER too, and whatever the environment says', async () => {
    const url = `https://${HOST}:${server.port}/`;
    const authority = AUTHORITY.der;
    expect(await documentSource(settings({ allowPrivate, authority })).fetch(url)).toBeDefined();
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { authority: _, ...without } = settings({ allowPrivate });
      await expect(documentSource(without).fetch(url)).rejects.toThrow('fetch/untrusted');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});

import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fetchDocuments, type FetchRequest } from '../../src/live.ts';
import { issue, testKey, type Identity } from '../support/authority.ts';
import { DOCUMENTS } from '../support/documents.ts';
import { AUTHORITY, HOST, openServer } from '../support/secure-server.ts';

const SOON = 1_500;
const GIGABYTES = 10 * 2 ** 30;
const DAY = 86_400_000;
const key = testKey(2);
const sound = JSON.stringify(DOCUMENTS.mail());
const ANOTHER = issue({ name: 'Another Authority', authority: true, key: testKey(3) });
const certificate = (change: Partial<Parameters<typeof issue>[0]>): Identity =>
  issue({ name: HOST, issuer: AUTHORITY, key, ...change });

interface Case {
  readonly title: string;
  readonly answer?: RequestListener;
  readonly identity?: Identity;
  readonly code: string;
  readonly found: string;
}

const pouring: RequestListener = (_, answer) => {
  const chunk = Buffer.alloc(1 << 16, '[');
  let left = GIGABYTES;
  const pour = (): void => {
    while (left > 0 && answer.write(chunk)) left -= chunk.length;
  };
  answer.on('drain', pour);
  pour();
};

const dripping: RequestListener = (_, answer) => {
  const drop = setInterval(() => answer.write(' '), 50);
  answer.on('close', () => clearInterval(drop));
};

const CASES: readonly Case[] = [
  {
    title: 'redirects',
    answer: (_, answer) =>
      answer.writeHead(302, { location: 'https://169.254.169.254/\u0085' }).end(),
    code: 'fetch/answer',
    found: 'redirects (302) to https://169.254.169.254/<U+0085>; redirects are not followed',
  },
  {
    title: 'pours ten gigabytes',
    answer: pouring,
    code: 'fetch/answer',
    found: 'more than 262144 bytes',
  },
  {
    title: 'announces ten gigabytes',
    answer: (_, answer) => answer.writeHead(200, { 'content-length': GIGABYTES }).write('['),
    code: 'fetch/answer',
    found: 'more than 262144 bytes',
  },
  {
    title: 'drips',
    answer: dripping,
    code: 'fetch/unreachable',
    found: 'did not answer whole within 1.5 s',
  },
  {
    title: 'says nothing',
    answer: () => undefined,
    code: 'fetch/unreachable',
    found: 'did not answer whole within 1.5 s',
  },
  {
    title: 'sends a gzip bomb',
    answer: (_, answer) =>
      answer
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(1 << 26, ' '))),
    code: 'fetch/answer',
    found: 'in the encoding "gzip"',
  },
  {
    title: 'sends a gzip bomb and does not say so',
    answer: (_, answer) => answer.end(gzipSync(Buffer.alloc(1 << 26, ' '))),
    code: 'fetch/document',
    found: 'neither whole UTF-8 nor whole UTF-16',
  },
  {
    title: 'sends deep JSON',
    answer: (_, answer) => answer.end('{"keys":' + '['.repeat(250_000)),
    code: 'fetch/document',
    found: 'nested more than 16 deep',
  },
  {
    title: 'has the certificate of another authority',
    identity: certificate({ issuer: ANOTHER }),
    code: 'fetch/untrusted',
    found: 'an authority that is not trusted here',
  },
  {
    title: 'has an expired certificate',
    identity: certificate({
      notBefore: new Date(Date.now() - 9 * DAY),
      notAfter: new Date(Date.now() - DAY),
    }),
    code: 'fetch/untrusted',
    found: 'has expired',
  },
  {
    title: 'has a certificate for another name',
    identity: certificate({ name: 'other.litware.com' }),
    code: 'fetch/untrusted',
    found: 'for other names',
  },
  {
    title: 'has signed its certificate itself',
    identity: issue({ name: HOST, key }),
    code: 'fetch/untrusted',
    found: 'signed itself',
  },
  {
    title: 'ends in the middle',
    answer: (_, answer) => {
      answer.writeHead(200, { 'content-length': sound.length });
      answer.write(sound.slice(0, 100), () => answer.destroy());
    },
    code: 'fetch/unreachable',
    found: 'broke the connection',
  },
  {
    title: 'answers with 204',
    answer: (_, answer) => answer.writeHead(204).end(),
    code: 'fetch/answer',
    found: 'answers with status 204; expected 200',
  },
  {
    title: 'answers with 404 and a sound document',
    answer: (_, answer) => answer.writeHead(404).end(sound),
    code: 'fetch/answer',
    found: 'answers with status 404',
  },
  {
    title: 'answers with a page',
    answer: (_, answer) => answer.end('<!DOCTYPE html><title>Error</title>'),
    code: 'fetch/document',
    found: 'it is an HTML page',
  },
  {
    title: 'sends endless headers',
    answer: (_, answer) => answer.writeHead(200, { 'x-long': 'a'.repeat(100_000) }).end(sound),
    code: 'fetch/answer',
    found: 'does not speak HTTP as it should',
  },
];

function request(port: number, out: string): FetchRequest {
  return {
    urls: [`https://${HOST}:${port}/metadata/json/1`],
    out,
    allowHosts: [`${HOST}:${port}`],
    allowPrivate: [HOST],
    authority: Buffer.from(AUTHORITY.certificate),
    milliseconds: SOON,
    resolve: () => Promise.resolve(['127.0.0.1']),
  };
}

describe('a server is refused in one sentence, in time and in little memory, where it', () => {
  it('does one of at least twelve things', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(12);
  });

  it.each(CASES)('$title', async ({ answer, identity, code, found }) => {
    const server = await openServer(answer ?? ((_, one) => one.end(sound)), identity);
    const out = join(mkdtempSync(join(tmpdir(), 'concordat-test-')), 'evidence');
    const [start, heap] = [performance.now(), process.memoryUsage().heapUsed];
    try {
      const { written, diagnostics, exit } = await fetchDocuments(request(server.port, out));
      expect(performance.now() - start).toBeLessThan(SOON + 10_000);
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(100 * 2 ** 20);
      expect(diagnostics).toMatchObject([{ code }]);
      const [{ detail = '' } = {}] = diagnostics;
      expect(detail).toContain(found);
      expect(detail).toContain(`https://${HOST}:${server.port}/metadata/json/1`);
      expect(detail).toMatch(/^[ -~…]+$/);
      expect(exit).toBe(1);
      expect(written).toEqual([]);
      expect(existsSync(out)).toBe(false);
    } finally {
      await server.close();
    }
  });

  it('speaks no TLS, or is not there', async () => {
    const plain = createServer(socket =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('HTTP/1.1 200 OK\r\n\r\n{}'),
    );
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    const out = join(tmpdir(), 'never-made');
    const spoken = await fetchDocuments(request(port, out));
    expect(spoken.diagnostics[0]?.detail).toContain('does not speak TLS 1.2 or later');
    await new Promise(resolve => plain.close(resolve));
    const gone = await fetchDocuments(request(port, out));
    expect(gone.diagnostics[0]?.detail).toContain('accepts no connection (ECONNREFUSED)');
    expect([spoken.exit, gone.exit]).toEqual([1, 1]);
  });

  it('has a name that nobody resolves in time, or at all', async () => {
    const out = join(tmpdir(), 'never-made');
    const never = { ...request(443, out), resolve: () => new Promise<string[]>(() => undefined) };
    const late = await fetchDocuments({ ...never, milliseconds: 100 });
    expect(late.diagnostics[0]?.detail).toContain('did not answer whole within 0.1 s');
    const fault = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    const none = await fetchDocuments({ ...never, resolve: () => Promise.reject(fault) });
    expect(none.diagnostics[0]?.detail).toContain('has no address in DNS');
  });
});

it('what is sound beside what is not is written whole, and the worst exit counts', async () => {
  const server = await openServer((_, answer) => answer.end(sound));
  const out = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  try {
    const one = request(server.port, out);
    const [url = ''] = one.urls;
    const second = `${url}?again`;
    const urls = [url, 'ftp://litware.com', url, second, `https://${HOST}/`];
    const done = await fetchDocuments({ ...one, urls });
    expect(done.written.map(({ url: from }) => from)).toEqual([url, second]);
    expect(done.diagnostics.map(({ code }) => code)).toEqual(['fetch/url', 'fetch/unreachable']);
    expect(done.exit).toBe(5);
    expect(readdirSync(out)).toHaveLength(2);
    for (const { folder } of done.written) {
      expect(readdirSync(folder)).toEqual(['document.json', 'envelope.json']);
    }
  } finally {
    await server.close();
  }
});

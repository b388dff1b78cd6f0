import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonical, sha256 } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { COMMAND, type Call } from '../support/cli.ts';
import { DOCUMENTS, MAIL, type Table } from '../support/documents.ts';
import { tools } from '../support/tools.ts';
import { AUTHORITY, openServer, SOUND, type SecureServer } from '../support/secure-server.ts';

const bodies = new Map([
  ['/sound', JSON.stringify(DOCUMENTS.mail(), null, 2)],
  ['/odd', JSON.stringify(odd())],
]);

function odd(): Table {
  const value = DOCUMENTS.mail();
  (value['keys'] as Table[])[0]!['keyinfo'] = { x5t: 'A'.repeat(27) };
  return value;
}

let server: SecureServer;
let folder: string;
beforeAll(async () => {
  server = await openServer((asked, answer) => {
    const url = new URL(asked.url ?? '', 'https://localhost');
    const date = url.searchParams.get('date');
    if (date !== null) answer.setHeader('date', date);
    if (url.searchParams.has('age')) answer.setHeader('age', '100000');
    answer.end(bodies.get(url.pathname) ?? '{}');
  });
  folder = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  writeFileSync(join(folder, 'ca.cer'), AUTHORITY.der);
});
afterAll(() => server.close());

/** The server is this process, so that a call must not block it. */
function collect(...words: string[]): Promise<Call> {
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
  const named = words.flatMap(word => (/^[a-z]+:\/\//.test(word) ? ['--url', word] : [word]));
  const all = [COMMAND, 'collect', ...named];
  return new Promise(resolve => {
    const child = execFile(process.execPath, all, { cwd: folder, env }, (_, out, err) =>
      resolve({ exit: child.exitCode, out, err }),
    );
  });
}

const allowed = (): string[] => [
  ...['--allow-private', 'localhost', '--allow-host', `localhost:${server.port}`],
  ...['--ca', 'ca.cer'],
];

describe('collect --url', () => {
  it('writes the bytes that came, and an envelope that tells from where', async () => {
    const url = `https://localhost:${server.port}/sound`;
    const { exit, out, err } = await collect(url, '--out', 'sound', ...allowed());
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    const [name = ''] = readdirSync(join(folder, 'sound'));
    expect(name).toMatch(/^evidence-document-localhost-\d{8}T\d{6}Z$/);
    expect(out).toContain(`wrote ${join('sound', name)}: ${MAIL}@litware.com\n`);
    const document = readFileSync(join(folder, 'sound', name, 'document.json'), 'utf8');
    expect(document).toBe(bodies.get('/sound'));
    const text = readFileSync(join(folder, 'sound', name, 'envelope.json'), 'utf8');
    const { sha256: sum, ...envelope } = JSON.parse(text) as JsonObject;
    expect(sum).toBe(sha256(canonical(envelope)));
    expect(text).toBe(canonical({ ...envelope, sha256: sum ?? null }) + '\n');
    expect(envelope).toEqual({
      format_version: '1.0',
      kind: 'concordat/evidence',
      source: 'url',
      family: null,
      url,
      address: '127.0.0.1',
      tls: { sha256: sha256(SOUND.der), not_after: expect.stringMatching(/Z$/) },
      host: hostname(),
      collected_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      server_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      documents: [{ url, file: 'document.json', sha256: sha256(document) }],
    });
  });

  it('warns of what is odd, and keeps it', async () => {
    const url = `https://localhost:${server.port}/odd`;
    const { exit, out, err } = await collect(url, '--out', 'odd', ...allowed());
    expect(exit).toBe(0);
    expect(out).toContain('wrote');
    expect(err).toContain('fetch/oddity');
    expect(err).toContain('/keys/0/keyinfo/x5t');
  });

  it('warns of a clock that is far from ours, and not where a cache answered', async () => {
    const date = encodeURIComponent('Tue, 01 Jan 2030 00:00:00 GMT');
    const url = `https://localhost:${server.port}/sound?date=${date}`;
    const { exit, err } = await collect(url, '--out', 'clock', ...allowed());
    expect(exit).toBe(0);
    expect(err).toContain('fetch/clock');
    expect(err.replace(/\s+/g, ' ')).toContain('says that it is 2030-01-01T00:00:00Z; here it is');
    const [name = ''] = readdirSync(join(folder, 'clock'));
    const envelope = readFileSync(join(folder, 'clock', name, 'envelope.json'), 'utf8');
    expect(envelope).toContain('"server_time":"2030-01-01T00:00:00Z"');
    for (const silent of [`${url}&age`, url.replace(date, 'yesterday')]) {
      expect((await collect(silent, '--out', 'silent', ...allowed())).err).toBe('');
    }
  });

  it('refuses all that is wrong at once, and writes nothing for it', async () => {
    const before = server.connections();
    const url = `https://localhost:${server.port}/sound`;
    const { exit, out, err } = await collect('http://a.example', 'https://10.0.0.1/', url);
    expect({ exit, out }).toEqual({ exit: 5, out: '' });
    expect(err.match(/\[fetch\/url\]/g)).toHaveLength(3);
    expect(server.connections()).toBe(before);
    expect(readdirSync(folder)).not.toContain('evidence');
  });

  it.skipIf(!tools.strace)('opens no connection for what it refuses', () => {
    const log = join(folder, 'strace.log');
    const watched = ['-f', '-e', 'trace=connect,execve', '-o', log, process.execPath, COMMAND];
    const urls = ['http://a.example/', 'https://127.0.0.1/', 'https://[::1]/', 'https://a:22/'];
    const done = spawnSync(tools.strace ?? '', [
      ...watched,
      'collect',
      ...urls.flatMap(url => ['--url', url]),
    ]);
    expect(done.status).toBe(5);
    const calls = readFileSync(log, 'utf8').split('\n');
    expect(calls.filter(line => line.includes('connect('))).toEqual([]);
    expect(calls.filter(line => line.includes('execve('))).toHaveLength(1);
  });

  it('ends with 1 where the answer is no document, with 5 where it is asked wrongly', async () => {
    const other = `https://localhost:${server.port}/other`;
    const answered = await collect(other, ...allowed());
    expect(answered.exit).toBe(1);
    expect(answered.err).toMatch(/it has neither "keys" nor\s+"jwks_uri"/);
    expect((await collect(other, '--ca', 'nowhere')).exit).toBe(5);
    expect((await collect(other, '--allow-private', '*')).exit).toBe(5);
  });
});

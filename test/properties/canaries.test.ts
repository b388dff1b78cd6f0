import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileKeys } from '../../src/adapters/file-keys.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { bench, type Bench } from '../support/cli.ts';

const PASSPHRASE = 'canary-of-the-passphrase-1f7e';
const PASSWORD = 'Canary-Of-The-Pfx-2c9d';
const WRITTEN = 'canary-in-the-topology-3ab8';
const OTHER_KEY = 'Q2FuYXJ5T2ZBbm90aGVyUHJpdmF0ZUtleQ';
const PEM = `-----BEGIN PRIVATE KEY-----\\n${OTHER_KEY}\\n-----END PRIVATE KEY-----`;

const { folder, run }: Bench = bench('lync-exchange');
const root = dirname(folder);
const at = (...parts: readonly string[]): string => join(root, ...parts);
const original = readFileSync(join(folder, 'topology.yaml'), 'utf8');
const env = { CONCORDAT_PASSPHRASE_FILE: at('secret-passphrase') };

/** Everything that any call printed, with the call. */
const printed: (readonly [call: string, text: string])[] = [];
/** Forms of every secret. */
const canaries = new Map<string, Buffer>();

function call(...words: readonly string[]): number | null {
  const { exit, out, err } = run(words, env);
  printed.push([words.join(' '), out + err]);
  return exit;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The same command with a topology that holds a secret. */
function withTopology(text: string, ...words: readonly string[]): number | null {
  write('topology.yaml', text);
  try {
    return call(...words);
  } finally {
    write('topology.yaml', original);
  }
}

beforeAll(async () => {
  writeFileSync(at('secret-passphrase'), `${PASSPHRASE}\n`);
  writeFileSync(at('secret-wrong'), 'canary-of-a-wrong-passphrase-5d1e\n');
  writeFileSync(at('secret-password'), `${PASSWORD}\n`);
  writeFileSync(at('secret-short'), 'Canary-7f\n');
  expect(call('keys', 'prepare')).toBe(0);
  for (const text of [PASSPHRASE, PASSWORD, WRITTEN, OTHER_KEY, 'canary-of-a-wrong', 'Canary-7f']) {
    for (const [form, bytes] of formsOf(Buffer.from(text), text.length)) canaries.set(form, bytes);
  }
  const keys = fileKeys(join(folder, '.concordat', 'keys'), async () => new Secret(PASSPHRASE));
  for (const { address } of await keys.list()) {
    const der = Buffer.from((await keys.open(address))?.reveal() ?? []);
    const { d, p } = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
      format: 'jwk',
    });
    for (const part of [der, Buffer.from(d ?? '', 'base64url'), Buffer.from(p ?? '', 'base64url')])
      for (const [form, bytes] of formsOf(part, 24)) canaries.set(form, bytes);
  }
  expect(canaries.size).toBeGreaterThan(50);
});

afterAll(() => rmSync(root, { recursive: true }));

/** A secret as its bytes and as texts that tell them, in pieces from its middle. */
function* formsOf(secret: Buffer, size: number): Generator<[string, Buffer]> {
  const middle = Math.max(0, Math.floor((secret.length - size) / 2));
  for (const from of new Set([0, 1, 2].map(step => Math.min(middle + step, middle)))) {
    const piece = secret.subarray(from, from + size);
    yield [`raw ${piece.toString('hex')}`, piece];
  }
  for (const step of [0, 1, 2]) {
    // Base64 of a piece reads the same wherever it begins at the same remainder.
    const whole = secret.subarray(step, secret.length - ((secret.length - step) % 3));
    for (const form of ['base64', 'base64url'] as const) {
      const text = whole.toString(form);
      const piece = text.slice(Math.floor(text.length / 3), Math.floor(text.length / 3) + 20);
      yield [`${form} ${piece}`, Buffer.from(piece)];
    }
  }
  const hex = secret.subarray(middle, middle + size).toString('hex');
  yield [`hex ${hex}`, Buffer.from(hex)];
  yield [`HEX ${hex}`, Buffer.from(hex.toUpperCase())];
}

function heldBy(bytes: Buffer): string[] {
  return [...canaries].filter(([, form]) => bytes.includes(form)).map(([name]) => name);
}

describe('a secret', () => {
  it('goes through commands that succeed', () => {
    for (const format of ['human', 'json']) {
      expect(call('validate', '--format', format)).toBe(0);
      expect(call('plan', '--diff', '--format', format)).toBe(0);
      expect(call('keys', 'prepare', '--format', format)).toBe(0);
      expect(call('keys', 'list', '--format', format)).toBe(0);
      expect(call('plan', '--out', `${format}.plan`)).toBe(0);
      expect(call('show', `${format}.plan`, '--format', format)).toBe(0);
    }
    const { checksum } = JSON.parse(readFileSync(join(folder, 'json.plan'), 'utf8')) as {
      checksum: string;
    };
    expect(call('prove', '--plan', 'json.plan', '--format', 'json')).toBe(0);
    expect(call('apply', '--plan', 'json.plan', `--allow-widening=${checksum}`)).toBe(0);
    expect(call('prove')).toBe(0);
    expect(call('show', '.concordat/state.json', '--format', 'json')).toBe(0);
    const pfx = ['keys', 'export', '--address', 'certificate/lync'];
    expect(call(...pfx, '--pfx', 'lync.pfx', '--password-file', at('secret-password'))).toBe(0);
  });

  it('goes through commands that fail at it', () => {
    const pfx = ['keys', 'export', '--address', 'certificate/lync', '--pfx'];
    const password = ['--password-file', at('secret-password')];
    const wrong = ['--passphrase-file', at('secret-wrong')];
    const codes = [
      call(...pfx, 'lync.pfx', ...password),
      call(...pfx, 'nowhere/../topology.yaml', ...password),
      call(...pfx, 'short.pfx', '--password-file', at('secret-short')),
      call(...pfx, 'wrong.pfx', ...password, ...wrong),
      call('keys', 'export', '--address', 'certificate/none', '--pfx', 'none.pfx', ...password),
      call('apply', '--plan', at('secret-passphrase')),
      call('show', at('secret-passphrase')),
      call('show', at('secret-password'), '--format', 'json'),
      call('validate', at('secret-passphrase')),
      call('validate', at('secret-password'), '--format', 'json'),
    ];
    expect(codes.filter(code => code === 0)).toEqual([]);
  });

  it('goes through a state, a plan, a receipt and a certificate that are none', () => {
    write('receipts/lync.json', `{"password": "${WRITTEN}"`);
    write('receipts/other.json', `{"password": "${WRITTEN}"}`);
    expect(call('record', 'receipts')).not.toBe(0);
    expect(call('record', 'receipts', '--format', 'json')).not.toBe(0);
    write('bad.plan', `{"kind": "plan", "lineage": "${WRITTEN}"`);
    expect(call('show', 'bad.plan')).not.toBe(0);
    write('bad.state', `{"lineage": 1, "${WRITTEN}": "${WRITTEN}"}`);
    expect(call('show', 'bad.state')).not.toBe(0);
    write('evidence/key.pem', PEM.replaceAll('\\n', '\n'));
    const named = original.replace(
      "allowedDomains: ['*.litware.com'] }\n    issuer: { certificate: { source: generate } }",
      "allowedDomains: ['*.litware.com'] }\n    issuer: { certificate: { source: existing, public: evidence/key.pem } }",
    );
    expect(named).not.toBe(original);
    expect(withTopology(named, 'validate')).not.toBe(0);
    rmSync(join(folder, 'evidence'), { recursive: true });
    for (const name of ['bad.plan', 'bad.state', 'receipts'])
      rmSync(join(folder, name), { recursive: true });
  });

  it.each(
    ['human', 'json'].flatMap(format =>
      Object.entries(TOPOLOGIES()).map(([name, text]) => [name, format, text] as const),
    ),
  )('is refused in a topology and not repeated: %s, %s', (_, format, text) => {
    expect(withTopology(text, 'validate', '--format', format)).toBe(5);
    expect(withTopology(text, 'plan', '--format', format)).toBe(5);
  });

  it('goes through a key store that was damaged', () => {
    const keys = join(folder, '.concordat', 'keys');
    cpSync(keys, at('keys-kept'), { recursive: true });
    for (const name of filesBelow(keys)) {
      const text = readFileSync(name, 'utf8');
      writeFileSync(name, text.slice(0, Math.floor(text.length / 2)));
    }
    expect(call('keys', 'list')).not.toBe(0);
    expect(call('prove')).not.toBe(0);
    rmSync(keys, { recursive: true });
    cpSync(at('keys-kept'), keys, { recursive: true });
    expect(call('keys', 'list')).toBe(0);
  });

  it('was never printed', () => {
    expect(printed.length).toBeGreaterThan(40);
    const leaks = printed.flatMap(([words, text]) =>
      heldBy(Buffer.from(text)).map(form => `${words}: ${form}\n${text.slice(0, 2000)}`),
    );
    expect(leaks.slice(0, 5)).toEqual([]);
  });

  it('is in no file of the project: state, journal, keys, plans, artifacts, PFX', () => {
    const files = filesBelow(folder);
    expect(files.length).toBeGreaterThan(30);
    const leaks = files.flatMap(file => heldBy(readFileSync(file)).map(form => `${file}: ${form}`));
    expect(leaks).toEqual([]);
  });

  it('would have been found', () => {
    expect(heldBy(Buffer.from(`x${PASSPHRASE}x`))).not.toEqual([]);
    expect(heldBy(Buffer.from(Buffer.from(`ab${PASSWORD}ab`).toString('base64')))).not.toEqual([]);
  });
});

/** Topologies into which somebody wrote a secret. */
function TOPOLOGIES(): Record<string, string> {
  const top = (lines: string): string => `${original}\n${lines}\n`;
  return {
    'a password': top(`password: ${WRITTEN}`),
    'a quoted password': top(`'pfxPassword': "${WRITTEN}"`),
    'a secret in a list': top(`clientSecret: [a, ${WRITTEN}]`),
    'a secret in a map': top(`secret: { of: { ours: ${WRITTEN} } }`),
    'a secret in several lines': top(`password: |\n  one\n  ${WRITTEN}\n  two`),
    'a secret with a control character': top(`password: |\n  one\n  ${WRITTEN}\u0007\n  two`),
    'a secret with a tab before it': top(`password:\n\t${WRITTEN}`),
    'a secret below its key, of another form': top(`password:\n  - a: ${WRITTEN}\n   b: [`),
    'a secret written twice': top(`password: ${WRITTEN}\npassword: ${WRITTEN}`),
    'a secret in a list, at the margin': top(`password:\n- ${WRITTEN}\u0007\n- b`),
    'a secret on the line after its key, in JSON': `{\n"password":\n "${WRITTEN}\u0007"}`,
    'a secret in JSON': `{"a":1, "password":"${WRITTEN}\u0007"}`,
    'a private key at the margin': `note: "\n${PEM.replaceAll('\\n', '\n')}\u0007"\n`,
    'a secret with an anchor': top(`password: &x ${WRITTEN}\nother: *x`),
    'a secret with a tag': top(`password: !!binary ${WRITTEN}`),
    'a secret that is not closed': top(`password: "${WRITTEN}`),
    'a secret before an open bracket': top(`apiKey: [${WRITTEN}`),
    'a secret in a key of its own': top(`password: { ${WRITTEN}: 1 }`),
    'a private key': top(`note: "${PEM}"`),
    'a private key, not closed': top(`note: "${PEM}`),
    'a private key in several lines': top(`note: |\n  ${PEM.replaceAll('\\n', '\n  ')}\n bad: [`),
    'a URL with a password': original.replace(
      'issuer: exchange, level: full',
      `issuer: exchange, metadataUrl: 'https://user:${WRITTEN}@host.litware.com/', level: full`,
    ),
    'a password at a deployment': original.replace(
      'product: lync-server-2013\n',
      `product: lync-server-2013\n    password: ${WRITTEN}\n    polls: 1\n`,
    ),
  };
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/kernel/secret.ts';
import { makePfx, type PfxForm } from '../../src/render/pfx.ts';
import { pem, testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';
import { tools } from '../support/tools.ts';

const PASSWORD = 'twelve (or) "more" $ `signs` %';
const WRONG = 'twelve (or) "more" $ `signs` &';
const PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider';
const ALGORITHMS: Readonly<Record<PfxForm, RegExp>> = {
  'aes-256':
    /MAC: sha256, Iteration 100000[^]*PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256/,
  '3des': /MAC: sha1, Iteration 100000[^]*pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000/,
};

const folder = mkdtempSync(join(tmpdir(), 'concordat-pfx-'));
const fileOf = (form: PfxForm): string => join(folder, `${form}.pfx`);
const certificate = testCertificate(0);
const { privateKey } = testKeyPair(0);

beforeAll(async () => {
  for (const form of ['aes-256', '3des'] as const) {
    const content = {
      privateKey: new Secret(privateKey),
      certificate,
      friendlyName: 'OAuth of litwareinc.com',
      password: new Secret(PASSWORD),
      random: (count: number) => randomBytes(count),
    };
    writeFileSync(fileOf(form), await makePfx(content, form), { mode: 0o600 });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a judge; the password goes by the environment, where the judge can take it from there. */
function run(command: string, args: readonly string[], password: string): Outcome {
  const env = { ...process.env, PASSWORD: password };
  const { status, stdout, stderr } = spawnSync(command, [...args], { encoding: 'utf8', env });
  return { status, text: stdout + stderr };
}

const squeezed = (text: string): string => text.replace(/\s/g, '');

describe.each(['aes-256', '3des'] as const)('a PFX file of the form %s', form => {
  const openssl = (password: string): Outcome => {
    const args = ['pkcs12', '-in', fileOf(form), '-info', '-nodes', '-passin', 'env:PASSWORD'];
    return run('openssl', args, password);
  };

  it.skipIf(!tools.openssl)('opens in openssl with its key, certificate and names', () => {
    const { status, text } = openssl(PASSWORD);
    expect(status).toBe(0);
    expect(text).toMatch(ALGORITHMS[form]);
    expect(squeezed(text)).toContain(squeezed(pem(privateKey, 'PRIVATE KEY')));
    expect(squeezed(text)).toContain(squeezed(pem(certificate)));
    expect(text.match(/friendlyName: OAuth of litwareinc.com/g)).toHaveLength(2);
    expect(text.match(/localKeyID/g)).toHaveLength(2);
    expect(text).toContain(`Microsoft CSP Name: ${PROVIDER}`);
  });

  it.skipIf(!tools.openssl)('does not open in openssl with another password', () => {
    const { status, text } = openssl(WRONG);
    expect(status).not.toBe(0);
    expect(text).toContain('invalid password');
  });

  it.skipIf(!tools.keytool)('opens in Java, and only with its password', () => {
    const keytool = (password: string): Outcome => {
      const store = ['-storetype', 'PKCS12', '-keystore', fileOf(form), '-storepass:env'];
      return run('keytool', ['-list', '-v', ...store, 'PASSWORD'], password);
    };
    expect(keytool(PASSWORD)).toMatchObject({
      status: 0,
      text: expect.stringContaining('Entry type: PrivateKeyEntry') as string,
    });
    expect(keytool(WRONG).status).not.toBe(0);
  });

  it.skipIf(!tools.pythonCryptography)('opens in python-cryptography, and only so', () => {
    const python = (password: string): Outcome =>
      run(tools.pythonCryptography ?? '', ['-W', 'error', '-c', PYTHON, fileOf(form)], password);
    expect(python(PASSWORD)).toEqual({ status: 0, text: 'OAuth of litwareinc.com True\n' });
    expect(python(WRONG).status).not.toBe(0);
  });

  it.skipIf(!tools.certtool)('opens in GnuTLS', () => {
    // A password on the command line: certtool takes it from nowhere else.
    const args = ['--p12-info', '--inder', '--infile', fileOf(form), '--password', PASSWORD];
    const { text } = run('certtool', args, PASSWORD);
    expect(text).toContain('Friendly name: OAuth of litwareinc.com');
    expect(squeezed(text)).toContain(squeezed(pem(certificate)));
  });
});

const PYTHON = `
import os, pathlib, sys
from cryptography.hazmat.primitives.serialization import pkcs12
store = pkcs12.load_pkcs12(pathlib.Path(sys.argv[1]).read_bytes(), os.environ['PASSWORD'].encode())
same = store.key.public_key().public_numbers() == store.cert.certificate.public_key().public_numbers()
print(store.cert.friendly_name.decode(), same)
`;

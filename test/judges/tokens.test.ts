import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderedInput } from '../proof/rendered.ts';
import { tools } from '../support/tools.ts';
import { alteredToken, judgedToken, type JudgedToken } from './tokens.ts';

const EDGES = [
  { acceptor: 'exchange', issuer: 'lync' },
  { acceptor: 'lync', issuer: 'exchange' },
];
const folder = mkdtempSync(join(tmpdir(), 'concordat-tokens-'));
const judged: JudgedToken[] = [];

beforeAll(async () => {
  // These judges have no clock to set, so the token must hold today.
  const input = await renderedInput('lync-exchange', new Date().toISOString());
  for (const edge of EDGES) judged.push(await judgedToken(input, edge));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes what a judge reads and returns the path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const PYJWT = `
import json, sys, jwt
case = json.load(open(sys.argv[1]))
key = jwt.PyJWK(json.loads(case['jwks'])['keys'][0]).key
try:
    claims = jwt.decode(case['token'], key, algorithms=['RS256'], audience=case['audience'],
        issuer=case['issuer'], options={'require': ['nbf', 'exp', 'aud', 'iss']})
    print(claims['nameid'])
except jwt.InvalidTokenError as error:
    print('refused', type(error).__name__)
    sys.exit(1)
`;

function pyjwt(one: JudgedToken): string {
  const path = file('case.json', JSON.stringify(one));
  return spawnSync(tools.pyjwt ?? '', ['-c', PYJWT, path], { encoding: 'utf8' }).stdout.trim();
}

describe('PyJWT', () => {
  it.skipIf(!tools.pyjwt)('accepts the actor tokens of the example', () => {
    expect(judged.map(pyjwt)).toEqual(judged.map(one => one.issuer));
  });

  it.skipIf(!tools.pyjwt)('refuses them altered, or for another audience or issuer', () => {
    for (const one of judged) {
      for (const segment of [0, 1, 2]) {
        const token = alteredToken(one.token, segment);
        expect(pyjwt({ ...one, token })).toMatch(/^refused/);
      }
      expect(pyjwt({ ...one, audience: 'other' })).toBe('refused InvalidAudienceError');
      expect(pyjwt({ ...one, issuer: 'other' })).toBe('refused InvalidIssuerError');
    }
  });
});

function joseTool({ token, jwks }: JudgedToken): number | null {
  const args = ['jws', 'ver', '-i', file('token', token), '-k', file('jwks.json', jwks)];
  return spawnSync(tools.jose ?? '', args).status;
}

describe('the jose tool', () => {
  it.skipIf(!tools.jose)('accepts the actor tokens of the example', () => {
    expect(judged.map(joseTool)).toEqual([0, 0]);
  });

  it.skipIf(!tools.jose)('refuses them altered, or with the key of the other side', () => {
    for (const one of judged) {
      for (const segment of [0, 1, 2]) {
        expect(joseTool({ ...one, token: alteredToken(one.token, segment) })).not.toBe(0);
      }
    }
    const [first, second] = judged;
    expect(first && second && joseTool({ ...first, jwks: second.jwks })).not.toBe(0);
  });
});

describe('openssl', () => {
  it.skipIf(!tools.openssl)('finds the signature good under the certificate alone', () => {
    for (const { token, certificatePem } of judged) {
      const [header = '', payload = '', signature = ''] = token.split('.');
      const pem = file('certificate.pem', certificatePem);
      const key = spawnSync(tools.openssl ?? '', ['x509', '-in', pem, '-pubkey', '-noout']).stdout;
      const bytes = join(folder, 'signature');
      writeFileSync(bytes, Buffer.from(signature, 'base64url'));
      const args = ['dgst', '-sha256', '-verify', file('key.pem', key.toString())];
      const verify = (input: string): number | null =>
        spawnSync(tools.openssl ?? '', [...args, '-signature', bytes, file('input', input)]).status;
      expect(verify(`${header}.${payload}`)).toBe(0);
      expect(verify(`${header}.${payload}A`)).not.toBe(0);
    }
  });
});

import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createReport } from '../../src/kernel/report.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { readBundle } from '../../src/proof/bundle.ts';
import { thumbprintOf, x5tOf } from '../../src/proof/certificate.ts';
import { readSigningKeys } from '../../src/proof/keys.ts';
import { signedToken, unsignedToken } from '../../src/proof/mint.ts';
import { actorToken, userToken, type Bench } from '../../src/proof/bench.ts';
import { receive } from '../../src/proof/receive.ts';
import { readPartners } from '../../src/proof/receiver.ts';
import { setStage } from '../../src/proof/stage.ts';
import { exampleInput, NOW } from './bundle.ts';

let bench: Bench;

beforeAll(async () => {
  const input = exampleInput();
  const bundle = readBundle(input.files);
  const keys = await readSigningKeys(bundle, input, createReport());
  const [edge] = input.edges;
  if (!edge) throw new Error('no edge');
  const partners = readPartners(bundle, edge.acceptor, keys.standIns);
  const ground = { bundle, input, keys, partnersOf: () => partners };
  bench = setStage(edge, { when: 'now', at: NOW }, ground).bench;
});

async function ruleFor(token: string, now = NOW): Promise<string> {
  const verdict = await receive(token, { receiver: bench.receiver, now });
  return verdict === 'accepted' ? verdict : verdict.rule;
}

const claims = async (changes: JsonObject): Promise<string> =>
  ruleFor(await actorToken(bench, { claims: changes }));
const header = async (changes: JsonObject): Promise<string> =>
  ruleFor(await actorToken(bench, { header: changes }));

describe('what is accepted', () => {
  it('the actor token, and the token of a user', async () => {
    expect(await ruleFor(await actorToken(bench))).toBe('accepted');
    expect(await ruleFor(await userToken(bench))).toBe('accepted');
  });

  it('digits in a text, as older issuers write them, and delegation as a value', async () => {
    const { nbf, exp } = bench.sender.claims;
    expect(await claims({ nbf: String(nbf), exp: String(exp) })).toBe('accepted');
    const token = await userToken(bench, {}, { claims: { trustedfordelegation: true } });
    expect(await ruleFor(token)).toBe('accepted');
  });

  it('a host in capitals, and a clock five minutes off', async () => {
    const aud = String(bench.sender.claims['aud']).toUpperCase();
    expect(await claims({ aud })).toBe('accepted');
    expect(await ruleFor(await actorToken(bench), new Date(NOW.getTime() - 290_000))).toBe(
      'accepted',
    );
    expect(await ruleFor(await actorToken(bench), new Date(NOW.getTime() - 310_000))).toBe('V8');
  });
});

describe('V1: size, depth and members', () => {
  it('refuses what is too long, too deep or not an object', async () => {
    expect(await ruleFor('a'.repeat(70_000))).toBe('V1');
    expect(await ruleFor(await signedToken('[1]', '{}', bench.key))).toBe('V1');
    expect(await ruleFor(await signedToken('{}', 'null', bench.key))).toBe('V1');
    expect(await ruleFor(await signedToken('{}', '{"a":1,"\\u0061":2}', bench.key))).toBe('V1');
    const nested = await userToken(bench);
    expect(await ruleFor(unsignedToken({ ...bench.sender.outer, actortoken: nested }))).toBe('V1');
    expect(await ruleFor(unsignedToken({ actortoken: 5 }))).toBe('V1');
  });
});

describe('V2: canonical base64url', () => {
  it.each(['=', ' ', '\t', '\r\n', '+', '/', '%', '\u0000', 'é'])(
    'refuses %j anywhere in a token',
    async strange => {
      const token = await actorToken(bench);
      for (const at of [0, 10, token.indexOf('.') + 1, token.length]) {
        expect(await ruleFor(token.slice(0, at) + strange + token.slice(at))).toBe('V2');
      }
    },
  );

  it('refuses other numbers of segments', async () => {
    const token = await actorToken(bench);
    for (const text of ['', '.', 'a.b', `${token}.`, `${token}.x`, `.${token}`]) {
      expect(await ruleFor(text)).toBe('V2');
    }
  });
});

describe('V3: algorithms', () => {
  it.each(['none', 'None', 'NONE', 'HS256', 'RS384', 'PS256', 'ES256', 'RS1', '', null, 5])(
    'refuses %j for an actor token',
    async alg => expect(await header({ alg })).toBe('V3'),
  );

  it('refuses an outer token that is not plainly unsigned', async () => {
    const outer = { ...bench.sender.outer, actortoken: await actorToken(bench) };
    for (const alg of ['None', 'NONE', 'RS256', 'HS256']) {
      expect(await ruleFor(unsignedToken(outer, { typ: 'JWT', alg }))).toBe('V3');
    }
    expect(await ruleFor(`${unsignedToken(outer)}AAAA`)).toBe('V3');
  });
});

describe('V4, V5, V13, V14: the header', () => {
  it('selects exactly one configured key', async () => {
    expect(await header({ crit: [] })).toBe('V4');
    expect(await header({ kid: 'x' })).toBe('V4');
    expect(await header({ kid: bench.sender.header['x5t'] ?? null })).toBe('accepted');
    expect(await header({ x5t: null })).toBe('V4');
    expect(await header({ x5t: x5tOf('00'.repeat(20)) })).toBe('V5');
    expect(await header({ 'x5t#S256': 'x' })).toBe('V5');
    expect(await header({ x5t: x5tOf(bench.own.thumbprint) })).toBe('V13');
    expect(await header({ typ: 'at+jwt' })).toBe('V14');
    expect(await header({ typ: 'jwt' })).toBe('V14');
  });

  it('is never believed about keys', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' }) as JsonObject;
    const changes = { jwk, jku: 'https://evil.invalid/', x5u: 'https://evil.invalid/' };
    const forged = await actorToken(bench, { header: changes, key: privateKey });
    expect(await ruleFor(forged)).toBe('V7');
    expect(await header(changes)).toBe('accepted');
  });
});

describe('V6: keys', () => {
  it('refuses a certificate outside of its time', async () => {
    const late = new Date('2031-01-01T00:00:00Z');
    const nbf = late.getTime() / 1000;
    const token = await actorToken(bench, { claims: { nbf, exp: nbf + 3600 } });
    expect(await ruleFor(token, late)).toBe('V6');
    const early = Date.parse('2025-12-31T23:00:00Z') / 1000;
    const old = await actorToken(bench, { claims: { nbf: early, exp: early + 3600 * 24 } });
    expect(await ruleFor(old, new Date('2026-01-01T00:00:01Z'))).toBe('V6');
  });
});

describe('V8, V9, V10: claims', () => {
  it.each([
    [{ nbf: null }, 'V8'],
    [{ exp: null }, 'V8'],
    [{ exp: '2030-01-01' }, 'V8'],
    [{ exp: 1.5 }, 'V8'],
    [{ exp: true }, 'V8'],
    [{ exp: -1 }, 'V8'],
    [{ exp: 1e300 }, 'V8'],
    [{ exp: Math.floor(NOW.getTime() / 1000) }, 'V8'],
    [{ aud: null }, 'V9'],
    [{ aud: ['a/b@c'] }, 'V9'],
    [{ aud: 'a@b/c' }, 'V9'],
    [{ aud: 'a/b@c@d' }, 'V9'],
    [{ aud: 'a/b/c@d' }, 'V9'],
    [{ nameid: null }, 'V10'],
    [{ nameid: 'x' }, 'V10'],
    [{ iss: null }, 'V7'],
    [{ iss: ['x@y'] }, 'V7'],
    [{ iss: 'constructor@__proto__' }, 'V7'],
  ] as const)('%j is refused by %s', async (changes, rule) => {
    expect(await claims(changes)).toBe(rule);
  });

  it('an identity of another realm does not pass for the partner', async () => {
    const nameid = String(bench.sender.claims['nameid']).replace(/@.*/, '@elsewhere.invalid');
    expect(await claims({ nameid })).toBe('V10');
  });
});

describe('V11, V12: users', () => {
  const user = async (outer: JsonObject): Promise<string> => ruleFor(await userToken(bench, outer));

  it.each([
    [{ smtp: 'x@elsewhere.invalid' }, 'V12'],
    [{ smtp: 'litware.com' }, 'V12'],
    [{ smtp: 'a b@litware.com' }, 'V12'],
    [{ smtp: 'a@b@litware.com' }, 'V12'],
    [{ upn: 5 }, 'V12'],
    [{ nameid: 's-1-5-18', nii: 'urn:office:idp:activedirectory' }, 'V12'],
    [{ nameid: 'S-1-5-21-1-2-3-4', nii: 'urn:office:idp:activedirectory' }, 'V12'],
    [{ nameid: 'x', nii: 'urn:other' }, 'V12'],
    [{ nameid: 'x' }, 'V12'],
    [{ nii: 'constructor' }, 'V12'],
    [{ exp: 5 }, 'V8'],
    [{ upn: 'someone@litware.com' }, 'accepted'],
  ] as const)('%j: %s', async (outer, rule) => {
    expect(await user(outer)).toBe(rule);
  });

  it('somebody must be named', async () => {
    const { smtp, sip, ...rest } = bench.sender.outer;
    expect([smtp, sip]).not.toContain(undefined);
    const actortoken = await actorToken(bench, { claims: { trustedfordelegation: 'true' } });
    expect(await ruleFor(unsignedToken({ ...rest, actortoken }))).toBe('V12');
  });
});

describe('whatever comes in', () => {
  it('every single-character alteration of a signed token is refused', async () => {
    const token = await actorToken(bench);
    const characters = fc.constantFrom(...'ABCXYZabcxyz0189-_.=+/ \n');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), characters, async (at, character) => {
        fc.pre(token[at] !== character);
        expect(await ruleFor(token.slice(0, at) + character + token.slice(at + 1))).not.toBe(
          'accepted',
        );
      }),
      { numRuns: 1500 },
    );
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await ruleFor(token.slice(0, at) + other + token.slice(at + 1))).not.toBe('accepted');
      expect(await ruleFor(token.slice(0, at) + token.slice(at + 1))).not.toBe('accepted');
    }
  });

  it('every alteration of the actor token inside a user token is refused', async () => {
    const actor = await actorToken(bench, { claims: { trustedfordelegation: 'true' } });
    for (let at = 0; at < actor.length; at += 3) {
      const actortoken = actor.slice(0, at) + (actor[at] === 'A' ? 'B' : 'A') + actor.slice(at + 1);
      expect(await ruleFor(unsignedToken({ ...bench.sender.outer, actortoken }))).not.toBe(
        'accepted',
      );
    }
  });

  it('nothing throws, and nothing random is accepted', async () => {
    const segment = fc.oneof(fc.json(), fc.string(), fc.constant('{"alg":"RS256","typ":"JWT"}'));
    const encoded = segment.map(text => Buffer.from(text).toString('base64url'));
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(encoded, { minLength: 3, maxLength: 3 }).map(parts => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(token, async text => {
        expect(await ruleFor(text)).toMatch(/^V/);
      }),
      { numRuns: 2000 },
    );
    const value = fc.jsonValue({ maxDepth: 2 });
    const names = fc.constantFrom('aud', 'iss', 'nameid', 'nbf', 'exp', 'actortoken');
    await fc.assert(
      fc.asyncProperty(names, value, async (name, one) => {
        const known = bench.sender.claims[name];
        fc.pre(JSON.stringify(known) !== JSON.stringify(one));
        expect(await claims({ [name]: one as JsonObject })).toMatch(/^V/);
      }),
      { numRuns: 300 },
    );
  });

  it('the own thumbprints are those of the receiver', () => {
    expect(bench.receiver.own).toContain(bench.own.thumbprint);
    expect(thumbprintOf(new Uint8Array())).toMatch(/^[0-9A-F]{40}$/);
  });
});

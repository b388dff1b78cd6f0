import { beforeAll, describe, expect, it } from 'vitest';
import { createReport } from '../../src/kernel/report.ts';
import { readBundle } from '../../src/proof/bundle.ts';
import { readSigningKeys } from '../../src/proof/keys.ts';
import { FORGERIES } from '../../src/proof/forgeries.ts';
import { unsignedToken } from '../../src/proof/mint.ts';
import { actorToken, userToken, type Bench } from '../../src/proof/bench.ts';
import { readPartners } from '../../src/proof/receiver.ts';
import { setStage } from '../../src/proof/stage.ts';
import { diagnose, type Diagnosis } from '../../src/diagnose/diagnose.ts';
import { ROWS } from '../../src/diagnose/refusal.ts';
import { exampleInput, NOW } from '../proof/bundle.ts';

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

const look = (text: string, now = NOW): Diagnosis => diagnose(Buffer.from(text), now);
const ids = ({ causes }: Diagnosis): string[] => causes.map(({ id }) => id);
const fact = ({ read }: Diagnosis, name: string): string | undefined =>
  read.flatMap(({ facts }) => facts).find(one => one.name === name)?.value;

describe('a good token', () => {
  it('has no cause, and shows who speaks to whom until when', async () => {
    const found = look(await actorToken(bench));
    expect(ids(found)).toEqual([]);
    const { aud, iss, nameid } = bench.sender.claims;
    expect(fact(found, 'audience')).toBe(aud);
    expect(fact(found, 'issuer')).toBe(iss);
    expect(fact(found, 'application')).toBe(nameid);
    expect(fact(found, 'signature')).toBe('256 bytes, not shown');
    expect(fact(found, 'thumbprint')).toMatch(/^[0-9A-F]{40}$/);
    expect(fact(found, 'as of')).toMatch(/ends in \d+ hours$/);
  });

  it.each(['Bearer ', 'Authorization: Bearer ', 'authorization=bearer '])(
    'behind "%s"',
    async lead => {
      expect(ids(look(lead + (await actorToken(bench))))).toEqual([]);
    },
  );

  it('in a log, with a full stop behind it, and wrapped by an editor', async () => {
    const token = await actorToken(bench);
    expect(ids(look(`the token was ${token}.`))).toEqual([]);
    const wrapped = look(token.replace(/.{76}/g, '$&\r\n'));
    expect(ids(wrapped)).toEqual([]);
    expect(fact(wrapped, 'issuer')).toBe(bench.sender.claims['iss']);
  });

  it('of a user: who the user is stays hidden', async () => {
    const found = look(await userToken(bench));
    expect(ids(found)).toEqual([]);
    expect(fact(found, 'user')).toMatch(/^[a-z, ]+: <not shown>$/);
  });
});

/** What the token itself cannot show: it is good, but not for this receiver. */
const UNTOLD = new Set([
  'other realm',
  'issuer of another realm',
  "other partner's key",
  'undeclared partner',
  'unregistered issuer',
  'wrong host',
  'other principal in the audience',
  "signed with the receiver's own certificate",
  'thumbprint of another key',
  'altered nameid',
  'base64url with a line end',
  'application at a level for users',
  'user at a level for applications',
  'user of another domain',
  'application of a disabled partner',
  'user of a disabled partner',
]);

describe('the forgeries of the prover', () => {
  it.each(FORGERIES)('"$case" is told as it is refused, or cannot be told', async forgery => {
    const found = look(await forgery.token(bench));
    if (UNTOLD.has(forgery.case)) {
      expect(ids(found)).toEqual([]);
      return;
    }
    const row = ROWS.find(({ proves }) => proves.some(({ cases }) => cases.includes(forgery.case)));
    expect(ids(found)).toContain(row?.id);
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const WHEN = { nbf: NOW.getTime() / 1000 - 60, exp: NOW.getTime() / 1000 + 3600 };

describe('other faults', () => {
  it.each([
    [{ aud: 'https://mail.contoso.com' }, 'audience-other'],
    [{ iss: 'nobody' }, 'issuer-not-registered'],
    [{ nameid: 'nobody' }, 'application-unknown'],
    [{ exp: 'soon' }, 'token-lifetime'],
    [{ ver: '1.0' }, 'other-profile'],
    [{ iss: 'https://sts.windows.net/x/' }, 'other-profile'],
  ])('%j: %s', async (claims, id) => {
    expect(ids(look(await actorToken(bench, { claims })))).toContain(id);
  });

  it.each([
    [{ x5t: null }, 'signing-key-unknown'],
    [{ x5t: 'short' }, 'signing-key-unknown'],
    [{ kid: 'another' }, 'token-key-not-named'],
  ])('%j: %s', async (header, id) => {
    expect(ids(look(await actorToken(bench, { header })))).toContain(id);
  });

  it('capitals in a name', async () => {
    const aud = String(bench.sender.claims['aud']).toUpperCase();
    expect(ids(look(await actorToken(bench, { claims: { aud } })))).toEqual(['letter-case']);
  });

  it('an actor token that is no token, none at all, and a user without name', async () => {
    expect(ids(look(unsignedToken({ actortoken: 'x' })))).toContain('token-encoding');
    expect(ids(look(unsignedToken({ actortoken: 5 })))).toContain('token-form');
    const { nameid, smtp, sip, upn, nii, ...rest } = bench.sender.outer;
    expect([nameid, smtp, sip, upn, nii].some(one => one !== undefined)).toBe(true);
    const actortoken = await actorToken(bench, { claims: { trustedfordelegation: 'true' } });
    expect(ids(look(unsignedToken({ ...rest, actortoken })))).toContain('user-not-found');
  });

  it('what many receivers take is no cause beside a real one', async () => {
    const nii = 'urn:office:idp:activedirectory';
    const user = { nameid: 's-1-5-21-1-2-3-4', nii };
    const allowed = { claims: { trustedfordelegation: 'true' } };
    expect(ids(look(await userToken(bench, user, allowed)))).toEqual(['user-security-identifier']);
    const forbidden = { claims: { trustedfordelegation: 'false' } };
    expect(ids(look(await userToken(bench, user, forbidden)))).toEqual(['delegation']);
  });

  it('a user by an identifier in capitals is named all the same', async () => {
    const allowed = { claims: { trustedfordelegation: 'true' } };
    const of = async (nameid: string, kind: string) => {
      const user = { nameid, nii: `urn:${kind}` };
      return ids(look(await userToken(bench, user, allowed))).sort();
    };
    const [directory, online] = ['office:idp:activedirectory', 'federation:microsoftonline'];
    expect(await of('S-1-5-21-1-2-3-4', directory)).toEqual([
      'letter-case',
      'user-security-identifier',
    ]);
    expect(await of('10033FFF8A1B2C3D', online)).toEqual(['letter-case']);
    expect(await of('10033fff8a1b2c3d', online)).toEqual([]);
    expect(await of('S-1-5-21-1-2', directory)).toEqual(['user-not-found']);
  });

  it('says of a user that it cannot know of a token alone only what holds of one', () => {
    const row = ROWS.find(({ id }) => id === 'user-not-found');
    expect(row?.cause).toMatch(/Where a server says so, the trust works/);
    expect(row?.cause).not.toMatch(/^The trust works/);
  });

  it.each<[object, string]>([
    [{ exp: 1893499200000 }, 'exp is 1893499200000, outside of what a date can be (as milli'],
    [{ exp: '1893499200000' }, 'exp is 1893499200000, outside of what a date can be (as milli'],
    [{ exp: 1e300 }, 'exp is 1e+300, outside of what a date can be'],
    [{ nbf: 'abc', exp: -1 }, 'nbf is not a number of seconds; exp is -1, outside of what a date'],
    [{ exp: 1893499200.5 }, 'exp is 1893499200.5, not whole seconds'],
    [{ exp: { canary: 1 } }, 'exp is not a number of seconds'],
    [{ exp: null }, 'exp is not a number of seconds'],
    [{ nbf: undefined }, 'nbf is not there'],
    [{ nbf: undefined, exp: undefined }, 'not said'],
  ])('a lifetime of %j is told as it stands there', (claims, says) => {
    const parts = [
      { alg: 'RS256', typ: 'JWT' },
      { ...bench.sender.claims, ...WHEN, ...claims },
    ];
    const token = [...parts.map(one => base64(JSON.stringify(one))), base64('x')].join('.');
    const found = look(token);
    expect(fact(found, 'lifetime')?.slice(0, says.length)).toBe(says);
    const { because = [] } = found.causes.find(({ id }) => id === 'token-lifetime') ?? {};
    const told = says === 'not said' ? 'does not say when it begins and ends' : `says: ${says}`;
    expect(because.join()).toContain(`the token ${told}`);
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  it('the clock is an argument', async () => {
    const token = await actorToken(bench);
    const later = new Date(NOW.getTime() + 30 * 24 * 3_600_000);
    expect(ids(look(token, later))).toContain('token-ended');
    expect(ids(look(token, new Date(NOW.getTime() - 3_600_000)))).toEqual(['token-early']);
  });
});

import type { TrustEdge } from '../graph/trust-edge.ts';
import {
  actorToken,
  BY_IDENTIFIER,
  mayItself,
  mayUsers,
  userToken,
  type Bench,
  type Changes,
} from './bench.ts';
import { x5tOf } from './certificate.ts';
import { hashedToken, signedToken, signingInput, unsignedToken } from './mint.ts';
import type { Receiver } from './receiver.ts';
import type { RuleId } from './report.ts';

/** A token that must be refused, and the rule that must refuse it. */
export interface Forgery {
  readonly case: string;
  readonly rule: RuleId;
  /** The edges it applies to; default all. */
  when?(edge: TrustEdge, receiver: Receiver): boolean;
  token(bench: Bench): string | Promise<string>;
}

const ELSEWHERE = 'elsewhere.invalid';
const HOUR = 60 * 60;

/** Every forgery that a receiver must refuse, in the order of a reader's interest. */
export const FORGERIES: readonly Forgery[] = [
  {
    case: 'other realm',
    rule: 'V9',
    token: bench => actorToken(bench, audience(bench, /[^@]*$/, ELSEWHERE)),
  },
  {
    case: 'issuer of another realm',
    rule: 'V7',
    token: bench => actorToken(bench, named(bench, /[^@]*$/, ELSEWHERE)),
  },
  {
    case: "other partner's key",
    rule: 'V7',
    token: bench => actorToken(bench, { key: bench.stranger }),
  },
  {
    case: 'undeclared partner',
    rule: 'V10',
    token: bench => {
      const { nameid = '' } = named(bench, /^[^@]*/, bench.nobody.principal).claims;
      return actorToken(bench, { claims: { nameid } });
    },
  },
  {
    case: 'unregistered issuer',
    rule: 'V7',
    token: bench => actorToken(bench, named(bench, /^[^@]*/, bench.nobody.principal)),
  },
  {
    case: 'wrong host',
    rule: 'V9',
    token: bench => actorToken(bench, audience(bench, /\/[^@]*/, `/${ELSEWHERE}`)),
  },
  {
    case: 'other principal in the audience',
    rule: 'V9',
    token: bench => actorToken(bench, audience(bench, /^[^/]*/, bench.nobody.principal)),
  },
  { case: 'expired', rule: 'V8', token: bench => actorToken(bench, shifted(bench, -24 * HOUR)) },
  {
    case: 'not yet valid',
    rule: 'V8',
    token: bench => actorToken(bench, shifted(bench, 24 * HOUR)),
  },
  {
    case: 'valid for too long',
    rule: 'V8',
    token: bench => {
      const exp = Number(bench.sender.claims['nbf']) + 26 * HOUR;
      return actorToken(bench, { claims: { exp } });
    },
  },
  {
    case: 'algorithm none',
    rule: 'V3',
    token: ({ sender }) => unsignedToken(sender.claims, { ...sender.header, alg: 'none' }),
  },
  {
    case: 'HS256 keyed with the public key',
    rule: 'V3',
    token: ({ sender, publicKey }) =>
      hashedToken(
        { ...sender.header, alg: 'HS256' },
        sender.claims,
        publicKey.export({ format: 'pem', type: 'spki' }),
      ),
  },
  {
    case: 'unsigned actor token',
    rule: 'V3',
    token: ({ sender }) => {
      const claims = { ...sender.claims, trustedfordelegation: 'true' };
      const actortoken = `${signingInput(sender.header, claims)}.`;
      return unsignedToken({ ...sender.outer, actortoken });
    },
  },
  {
    case: "signed with the receiver's own certificate",
    rule: 'V13',
    when: (_, receiver) => receiver.own.length > 0,
    token: bench => {
      const { key, thumbprint } = bench.own;
      return actorToken(bench, { key, header: { x5t: x5tOf(thumbprint) } });
    },
  },
  {
    case: 'the receiver itself as issuer',
    rule: 'V13',
    token: bench => {
      const iss = `${bench.receiver.principal}@${bench.receiver.realm}`;
      return actorToken(bench, { claims: { iss, nameid: iss } });
    },
  },
  {
    case: 'thumbprint of another key',
    rule: 'V5',
    token: bench => actorToken(bench, { header: { x5t: x5tOf(bench.nobody.thumbprint) } }),
  },
  {
    case: 'altered nameid',
    rule: 'V7',
    token: async bench => {
      const [, , signature] = (await actorToken(bench)).split('.');
      const changes = named(bench, /^[^@]*/, bench.nobody.principal);
      const claims = { ...bench.sender.claims, nameid: changes.claims['nameid'] ?? null };
      return `${signingInput(bench.sender.header, claims)}.${signature ?? ''}`;
    },
  },
  {
    case: 'outer token without actor token',
    rule: 'V3',
    token: ({ sender }) => unsignedToken(sender.outer),
  },
  {
    case: 'outer token by another application',
    rule: 'V10',
    token: bench => userToken(bench, { iss: `${bench.nobody.principal}@${ELSEWHERE}` }),
  },
  {
    case: 'outer token for another audience',
    rule: 'V9',
    when: edge => edge.enabled,
    token: bench => userToken(bench, audience(bench, /[^@]*$/, ELSEWHERE).claims),
  },
  {
    case: 'duplicate members',
    rule: 'V1',
    token: ({ sender, key }) => {
      const claims = JSON.stringify(sender.claims).replace('{', '{"nameid":"nobody",');
      return signedToken(sender.header, claims, key);
    },
  },
  { case: 'padded base64url', rule: 'V2', token: async bench => `${await actorToken(bench)}==` },
  {
    case: 'base64url with a line end',
    rule: 'V2',
    token: async bench => `${await actorToken(bench)}\n`,
  },
  {
    case: 'base64url with stray bits',
    rule: 'V2',
    token: async bench => withStrayBit(await actorToken(bench)),
  },
  {
    case: 'critical extension',
    rule: 'V4',
    token: bench => actorToken(bench, { header: { crit: ['b64'], b64: true } }),
  },
  {
    case: 'token of another profile',
    rule: 'V14',
    token: bench => actorToken(bench, { header: { typ: 'at+jwt' } }),
  },
  {
    case: 'application at a level for users',
    rule: 'V11',
    when: edge => edge.enabled && !mayItself(edge),
    token: bench => actorToken(bench),
  },
  {
    case: 'user at a level for applications',
    rule: 'V11',
    when: edge => edge.enabled && !mayUsers(edge),
    token: bench => userToken(bench),
  },
  {
    case: 'user without delegation',
    rule: 'V11',
    when: mayUsers,
    token: bench => userToken(bench, {}, { claims: { trustedfordelegation: 'false' } }),
  },
  {
    case: 'user of another domain',
    rule: 'V12',
    when: (edge, receiver) => mayUsers(edge) && receiver.domains.length > 0,
    token: bench => userToken(bench, { smtp: `concordat@${ELSEWHERE}` }),
  },
  {
    case: 'user by security identifier',
    rule: 'V12',
    when: edge => mayUsers(edge) && !edge.acceptSecurityIdentifiers,
    token: bench => userToken(bench, BY_IDENTIFIER),
  },
  {
    case: 'application of a disabled partner',
    rule: 'V10',
    when: edge => !edge.enabled,
    token: bench => actorToken(bench),
  },
  {
    case: 'user of a disabled partner',
    rule: 'V10',
    when: edge => !edge.enabled,
    token: bench => userToken(bench),
  },
];

type ClaimChanges = { readonly claims: { readonly [name: string]: string } };

function audience({ sender }: Bench, part: RegExp, by: string): ClaimChanges {
  return { claims: { aud: String(sender.claims['aud']).replace(part, by) } };
}

function named({ sender }: Bench, part: RegExp, by: string): ClaimChanges {
  const iss = String(sender.claims['iss']).replace(part, by);
  return { claims: { iss, nameid: String(sender.claims['nameid']).replace(part, by) } };
}

function shifted({ sender: { claims } }: Bench, seconds: number): Changes {
  return {
    claims: { nbf: Number(claims['nbf']) + seconds, exp: Number(claims['exp']) + seconds },
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes for a forgiving decoder: 256 of them leave four bits of the last digit unused. */
function withStrayBit(token: string): string {
  const last = ALPHABET.indexOf(token.slice(-1));
  return `${token.slice(0, -1)}${ALPHABET[last ^ 1] ?? ''}`;
}

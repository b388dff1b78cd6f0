import type { Json, JsonObject } from '../kernel/json.ts';
import { splitAudience, splitName } from '../proof/names.ts';
import type { RuleId } from '../proof/report.ts';
import { isDenial, readToken, type Token } from '../proof/token.ts';
import type { Fact, Fault } from './fact.ts';
import { lifetimeFacts, lifetimeFaults } from './lifetime.ts';
import { oneOf, safeAudience, safeName } from './safe.ts';
import { userFacts, userFaults } from './token-user.ts';

/** What a token shows of itself, and what is wrong with it as far as it alone tells. */
export interface Look {
  readonly facts: readonly Fact[];
  readonly faults: readonly Fault[];
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'HS256', 'none'];
const TYPES = ['JWT', 'at+jwt'];

/** Takes a token apart. Its signature is never shown, and of its claims only known forms. */
export function lookAtToken(text: string, now: Date): Look {
  const token = readToken(text);
  if (isDenial(token)) return unreadable(token.rule, 'the token');
  const inner = token.claims['actortoken'];
  if (isOtherProfile(token)) return otherProfile(token, now);
  if (inner === undefined) return lookAtActor(token, now, { name: 'the token' });
  const actor = typeof inner === 'string' ? readToken(inner) : undefined;
  if (actor === undefined || isDenial(actor)) {
    const broken = unreadable(actor?.rule ?? 'V1', 'the actor token');
    return { ...broken, facts: [...outerFacts(token, now), ...broken.facts] };
  }
  const around = lookAtActor(actor, now, { name: 'the actor token', outer: token });
  return {
    facts: [...outerFacts(token, now), ...around.facts],
    faults: [...around.faults, ...outerFaults(token, actor, now)],
  };
}

function unreadable(rule: RuleId, name: string): Look {
  const check = rule === 'V2' ? 'encoding' : 'form';
  const why = rule === 'V2' ? 'is not three parts of canonical base64url' : 'is not strict JSON';
  const says = `${name} ${why}, or too long`;
  return { facts: [{ name, value: 'cannot be read' }], faults: [{ check, rule, says }] };
}

/** Tokens of a cloud's directory, and those an add-in gets, are made by other rules. */
function isOtherProfile({ header, claims }: Token): boolean {
  const { iss } = claims;
  return (
    claims['ver'] !== undefined ||
    claims['appctx'] !== undefined ||
    (typeof iss === 'string' && /^https?:/i.test(iss)) ||
    (typeof header['typ'] === 'string' && /^at\+jwt$/i.test(header['typ']))
  );
}

function otherProfile(token: Token, now: Date): Look {
  const says = 'the token is of another profile: one of a directory, or of an add-in';
  const facts = [
    ...headerFacts(token, 'the token'),
    ...nameFacts(token),
    ...userFacts(token.claims),
  ];
  return {
    facts: [...facts, ...lifetimeFacts(token.claims, now)],
    faults: [
      { check: 'other-profile', rule: 'V14', says },
      ...lifetimeFaults(token.claims, now, 'the token'),
    ],
  };
}

interface Place {
  readonly name: string;
  readonly outer?: Token;
}

function lookAtActor(actor: Token, now: Date, { name, outer }: Place): Look {
  const { trustedfordelegation: delegation } = actor.claims;
  const isDelegated = delegation === 'true' || delegation === true;
  return {
    facts: [
      ...headerFacts(actor, name),
      ...nameFacts(actor),
      { name: 'delegation', value: isDelegated ? 'allowed' : 'not allowed' },
      ...(outer ? [] : userFacts(actor.claims)),
      ...lifetimeFacts(actor.claims, now),
    ],
    faults: [
      ...headerFaults(actor, name, outer),
      ...lifetimeFaults(actor.claims, now, name),
      ...audienceFaults(actor.claims['aud'], name),
      ...nameFaults(actor.claims, name),
      ...(outer && !isDelegated
        ? [fault('delegation', 'V11', 'the actor token is not trusted for delegation')]
        : []),
    ],
  };
}

function fault(check: string, rule: RuleId, says: string): Fault {
  return { check, rule, says };
}

/** The specification compares letter by letter; not every receiver does. */
function capitals(says: string): Fault {
  return { check: 'letter-case', rule: 'V9', says, isPossible: true };
}

function headerFacts({ header, signature }: Token, name: string): Fact[] {
  const bytes = Buffer.from(signature, 'base64url').length;
  return [
    { name, value: `${oneOf(header['typ'], TYPES)}, ${oneOf(header['alg'], ALGORITHMS)}` },
    { name: 'thumbprint', value: thumbprint(header['x5t']) ?? 'none' },
    { name: 'signature', value: bytes === 0 ? 'none' : `${bytes} bytes, not shown` },
  ];
}

/** The SHA-1 of a certificate as administrators see it; anything else is not one. */
function thumbprint(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value.length !== 27) return undefined;
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length === 20 ? bytes.toString('hex').toUpperCase() : undefined;
}

function nameFacts({ claims }: Token): Fact[] {
  return [
    { name: 'audience', value: safeAudience(claims['aud']) },
    { name: 'issuer', value: safeName(claims['iss']) },
    ...(claims['nameid'] === undefined
      ? []
      : [{ name: 'application', value: safeName(claims['nameid']) }]),
  ];
}

function outerFacts(token: Token, now: Date): Fact[] {
  return [
    ...headerFacts(token, 'the outer token').filter(({ name }) => name !== 'thumbprint'),
    { name: 'audience', value: safeAudience(token.claims['aud']) },
    { name: 'issuer', value: safeName(token.claims['iss']) },
    ...userFacts(token.claims),
    ...lifetimeFacts(token.claims, now),
  ];
}

function headerFaults({ header, signature }: Token, name: string, outer?: Token): Fault[] {
  const { alg, typ, crit, kid, x5t } = header;
  const faults: (Fault | false)[] = [
    alg !== 'RS256' && fault('algorithm', 'V3', `${name} is not of algorithm RS256`),
    signature === '' && fault('unsigned', 'V3', `${name} has no signature`),
    typ !== 'JWT' && fault('type', 'V14', `${name} is not of type JWT`),
    crit !== undefined && fault('critical', 'V4', `${name} has critical extensions`),
    x5t === undefined && fault('no-thumbprint', 'V4', `${name} names no certificate`),
    kid !== undefined && kid !== x5t && fault('key-id', 'V4', `${name} has two names of a key`),
    x5t !== undefined &&
      thumbprint(x5t) === undefined &&
      fault('thumbprint-form', 'V5', `${name} has a thumbprint that is no SHA-1 in base64url`),
  ];
  const isAlone = alg === 'none' && outer === undefined;
  if (isAlone) faults.push(fault('outer-alone', 'V3', 'an unsigned token without actor token'));
  return faults.filter(one => one !== false);
}

function audienceFaults(aud: Json | undefined, name: string): Fault[] {
  const audience = splitAudience(aud);
  if (!audience) {
    return [fault('audience-form', 'V9', `the audience of ${name} is not three parts`)];
  }
  const isLower = aud === String(aud).toLowerCase();
  return isLower ? [] : [capitals(`the audience of ${name} is not in lower case`)];
}

function nameFaults({ iss, nameid, aud }: JsonObject, name: string): Fault[] {
  const [issuer, application] = [splitName(iss), splitName(nameid)];
  const audience = splitAudience(aud);
  if (!issuer) return [fault('issuer-form', 'V7', `the issuer of ${name} is not id@realm`)];
  if (!application) {
    return [fault('application-form', 'V10', `the application of ${name} is not id@realm`)];
  }
  const faults: (Fault | false)[] = [
    issuer.realm !== application.realm &&
      fault('application-realm', 'V10', `issuer and application of ${name} differ in realm`),
    [iss, nameid].some(one => one !== String(one).toLowerCase()) &&
      capitals(`a name in ${name} is not in lower case`),
    audience?.principal === issuer.principal &&
      audience.realm === issuer.realm &&
      fault('self', 'V13', `${name} is issued by the receiver itself`),
  ];
  return faults.filter(one => one !== false);
}

function outerFaults(outer: Token, actor: Token, now: Date): Fault[] {
  const { header, claims, signature } = outer;
  const isUnsigned = header['alg'] === 'none' && signature === '';
  const faults: (Fault | false)[] = [
    !isUnsigned && fault('outer-signed', 'V3', 'the outer token is not of algorithm none'),
    actor.claims['actortoken'] !== undefined &&
      fault('nested', 'V1', 'the actor token holds another one'),
    claims['iss'] !== actor.claims['nameid'] &&
      fault('other-application', 'V10', 'the outer token is not by the actor token’s application'),
    claims['aud'] !== actor.claims['aud'] &&
      fault('audiences-differ', 'V9', 'outer and actor token are for different audiences'),
  ];
  return [
    ...faults.filter(one => one !== false),
    ...lifetimeFaults(claims, now, 'the outer token'),
    ...userFaults(claims),
  ];
}

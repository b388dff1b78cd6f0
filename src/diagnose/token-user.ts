import type { Json, JsonObject } from '../kernel/json.ts';
import type { Fact, Fault } from './fact.ts';
import { safeName, BLANK } from './safe.ts';

/** Claims that name a person, a device or a place; their values are never shown. */
const PERSONAL = [
  'upn',
  'smtp',
  'sip',
  'unique_name',
  'preferred_username',
  'name',
  'given_name',
  'family_name',
  'email',
  'puid',
  'oid',
  'sub',
  'sid',
  'primarysid',
  'onprem_sid',
  'msexchuid',
  'ipaddr',
];
const BY_IDENTIFIER = 'the outer token names its user by security identifier';
const IN_CAPITALS = 'the identifier of the user in the outer token is not in lower case';
const DIRECTORY = 'urn:office:idp:activedirectory';
const ONLINE = 'urn:federation:microsoftonline';

/** Which claims name a person, and by what kind of name. */
export function userFacts(claims: JsonObject): Fact[] {
  const { nameid, nii } = claims;
  const named = PERSONAL.filter(name => claims[name] !== undefined);
  const isPerson = nameid !== undefined && safeName(nameid) === BLANK;
  const all = [...(isPerson ? ['nameid'] : []), ...named];
  return [
    ...(all.length > 0 ? [{ name: 'user', value: `${all.join(', ')}: ${BLANK}` }] : []),
    ...(nii === undefined ? [] : [{ name: 'user is of', value: issuerOfUser(nii) }]),
  ];
}

function issuerOfUser(nii: Json): string {
  const word = typeof nii === 'string' ? nii.toLowerCase() : '';
  if (word === DIRECTORY) return 'the own directory (security identifier)';
  return word === ONLINE ? 'the cloud (net id)' : 'no known directory';
}

/** What is wrong with how an outer token names its user (the prover's rule V12). */
export function userFaults({ nameid, nii, upn, smtp, sip }: JsonObject): Fault[] {
  const isNamed = [nameid, upn, smtp, sip].some(one => one !== undefined);
  if (!isNamed) return [user('no-user', 'the outer token names no user')];
  if (nameid === undefined && nii === undefined) return [];
  const word = typeof nii === 'string' ? nii.toLowerCase() : '';
  const form = word === DIRECTORY ? /^s-1-5-21(?:-[0-9]{1,10}){4}$/i : /^[0-9a-f]{16}$/i;
  const isForm = typeof nameid === 'string' && form.test(nameid);
  if (!isForm || (word !== DIRECTORY && word !== ONLINE)) {
    return [user('user-form', 'the outer token names its user in no form of its directory')];
  }
  const possible = [
    ...(word === DIRECTORY ? [user('security-identifier', BY_IDENTIFIER)] : []),
    ...(nameid === nameid.toLowerCase() ? [] : [user('letter-case', IN_CAPITALS)]),
  ];
  return possible.map(one => ({ ...one, isPossible: true }));
}

function user(check: string, says: string): Fault {
  return { check, rule: 'V12', says };
}

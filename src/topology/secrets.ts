import { SECRET_KEYS } from '../generated/expectations.ts';
import { isList, isObject, pointer, type Json, type Path } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';

const SECRET_KEY = new RegExp(SECRET_KEYS);

/** A URL with a password, a signed token: secrets by how they begin. */
const SECRET_START = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#\s:]*:[^/?#\s@]*@|eyJ[\w-]+\.eyJ[\w-])/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY/i;

/** Maps whose keys are names that people choose, and so may say anything. */
const NAMED = new Set<unknown>(['forests', 'realms', 'deployments', 'policies']);

/**
 * A topology holds no secrets (R48).
 *
 * It is committed, reviewed and mailed around; what was in it once is known for ever. This is
 * looked at before anything else, because any other finding could show the value once more.
 */
export function refuseSecrets(value: Json, report: Report): boolean {
  const secrets = findSecrets(value);
  for (const at of secrets) {
    report.add('secret/in-topology', {
      detail: `what stands at ${pointer(at)} looks like a secret`,
      help:
        'remove it and treat the secret as known: change it wherever it is used; ' +
        'passwords are asked when a script or "concordat keys export" needs them',
      at,
      masked: true,
    });
  }
  return secrets.length > 0;
}

/** Paths of everything that looks like a secret, by its key or by its value. */
export function findSecrets(value: Json): Path[] {
  const found: Path[] = [];
  search(value, { at: [], found, keys: new Map() });
  return found;
}

interface Search {
  /** One stack for the whole walk: a path a node would cost more than the search. */
  readonly at: (string | number)[];
  readonly found: Path[];
  /** Keys come again and again: each is judged once. */
  readonly keys: Map<string, boolean>;
}

function search(value: Json, walk: Search): void {
  const { at, found } = walk;
  if (typeof value === 'string') {
    if (SECRET_START.test(value) || PRIVATE_KEY.test(value)) found.push([...at]);
  } else if (isList(value)) {
    for (const [index, item] of value.entries()) descend(item, index, walk);
  } else if (isObject(value)) {
    const named = NAMED.has(at.at(-1));
    for (const key of Object.keys(value)) {
      if (!named && isSecret(key, walk)) found.push([...at, key]);
      else descend(value[key] ?? null, key, walk);
    }
  }
}

function descend(item: Json, key: string | number, walk: Search): void {
  walk.at.push(key);
  search(item, walk);
  walk.at.pop();
}

function isSecret(key: string, { keys }: Search): boolean {
  const judged = keys.get(key) ?? SECRET_KEY.test(key);
  keys.set(key, judged);
  return judged;
}

import { SECRET_KEYS } from '../generated/expectations.ts';
import { isObject, type Json, type Path } from '../kernel/json.ts';

const SECRET_KEY = new RegExp(SECRET_KEYS);

/** A private key, a URL with a password, a signed token: secrets by their own shape. */
const SECRET_VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY|^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@|^eyJ[\w-]+\.eyJ[\w-]/i;

/** Maps whose keys are names that people choose, and so may say anything. */
const NAMED = new Set(['forests', 'realms', 'deployments', 'policies']);

/** Paths of everything that looks like a secret, by its key or by its value. */
export function findSecrets(value: Json): Path[] {
  const found: Path[] = [];
  search(value, [], found);
  return found;
}

function search(value: Json, at: Path, found: Path[]): void {
  if (typeof value === 'string') {
    if (SECRET_VALUE.test(value)) found.push(at);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => search(item, [...at, index], found));
  } else if (isObject(value)) {
    const named = NAMED.has(String(at.at(-1)));
    for (const [key, item] of Object.entries(value)) {
      if (!named && SECRET_KEY.test(key)) found.push([...at, key]);
      else search(item, [...at, key], found);
    }
  }
}

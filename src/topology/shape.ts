import type { ErrorObject } from 'ajv';
import type { Json, JsonObject, Path } from '../kernel/json.ts';
import { isObject, pointer } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import { nearest } from '../kernel/suggest.ts';
import type { Fault } from './fault.ts';
import { knownKeys, onlyValue } from './schema-keys.ts';
import { explainValue } from './shape-words.ts';
import { topologySchema, topologyValidator } from './validators.ts';

/** The text of a scalar as it was written. */
export type Written = (at: Path) => string | undefined;

/** How many errors are explained; a flood of them helps nobody. */
const MOST = 100;
/** These only say that an error follows or precedes. */
const ECHOES = new Set(['if', 'propertyNames']);

/** Checks a whole topology against its schema; what does not fit is reported in words. */
export function checkShape(value: JsonObject, written: Written, report: Report): boolean {
  const validate = topologyValidator();
  if (validate(value)) return true;
  for (const { code, ...finding } of shapeFaults(validate.errors ?? [], value, written)) {
    report.add(code, finding);
  }
  return false;
}

/** What the validator found, as faults: one a place, unknown and missing keys brought together. */
export function shapeFaults(
  errors: readonly ErrorObject[],
  value: JsonObject,
  written: Written,
): Fault[] {
  const faults = new Map<string, Fault>();
  const real = errors.filter(({ keyword }) => !ECHOES.has(keyword)).slice(0, MOST);
  const misspelt = new Set<string>();
  for (const error of real.filter(isUnknownKey)) {
    const { fault, meant } = unknownKey(error, value);
    faults.set(`key ${pointer(fault.at ?? [])}`, fault);
    if (meant !== undefined) misspelt.add(`${error.instancePath}/${meant}`);
  }
  for (const error of real.filter(one => !isUnknownKey(one))) {
    const missing = String(error.params['missingProperty']);
    if (error.keyword === 'required' && misspelt.has(`${error.instancePath}/${missing}`)) continue;
    const fault = explain(error, value, written);
    const id = `${fault.part ?? 'value'} ${pointer(fault.at ?? [])} ${missing}`;
    if (!faults.has(id)) faults.set(id, fault);
  }
  return [...faults.values()];
}

function isUnknownKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

function unknownKey(error: ErrorObject, value: JsonObject): { fault: Fault; meant?: string } {
  const path = pathOf(error.instancePath, value);
  const key = String(error.params['additionalProperty']);
  const known = knownKeys(topologySchema(), value, path);
  const used = Object.keys(object(at(value, path)));
  const free = known.here.filter(one => !used.includes(one));
  const meant = nearest(key, free);
  const fault = known.elsewhere.includes(key)
    ? misplaced(key, known.here)
    : unknown(key, free, meant);
  return {
    fault: { ...fault, at: [...path, key], part: 'key' },
    ...(meant !== undefined && { meant }),
  };
}

function unknown(key: string, known: readonly string[], meant: string | undefined): Fault {
  return {
    code: 'shape/unknown-key',
    detail: `"${key}" is not a key that is known here`,
    help:
      meant === undefined
        ? `what can be written here: ${listed(known)}`
        : `did you mean "${meant}"?`,
  };
}

function misplaced(key: string, known: readonly string[]): Fault {
  return {
    code: 'shape/misplaced-key',
    detail: `"${key}" does not go together with the other keys here`,
    help: `delete it, or choose the form it belongs to; the form here has: ${listed(known)}`,
  };
}

function explain(error: ErrorObject, value: JsonObject, written: Written): Fault {
  const path = pathOf(error.instancePath, value);
  if (error.keyword === 'required') return missingKey(error, value, path);
  if (error.propertyName !== undefined) return badName(error, [...path, error.propertyName]);
  return { ...explainValue(error, at(value, path) ?? null, written(path)), at: path };
}

function missingKey({ params }: ErrorObject, value: JsonObject, path: Path): Fault {
  const key = String(params['missingProperty']);
  const only = onlyValue(topologySchema(), value, [...path, key]);
  return {
    code: 'shape/missing-key',
    detail: `"${key}" is missing here`,
    help: `write: ${key}: ${only === undefined ? '…' : String(only)}`,
    at: path,
    part: 'key',
  };
}

function badName(error: ErrorObject, path: Path): Fault {
  const name = String(path[path.length - 1]);
  const { detail, help } = explainValue(error, name, name);
  return { code: 'shape/name-form', detail, help, at: path, part: 'key' };
}

/** An RFC 6901 pointer as a path; whether a step is an index is known from the value only. */
function pathOf(text: string, value: Json): Path {
  const path: (string | number)[] = [];
  let here: Json | undefined = value;
  for (const part of text.split('/').slice(1)) {
    const step = part.replace(/~1/g, '/').replace(/~0/g, '~');
    path.push(Array.isArray(here) ? Number(step) : step);
    here = at(here ?? null, path.slice(-1));
  }
  return path;
}

function at(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((here, step) => {
    if (Array.isArray(here)) return here[Number(step)] as Json | undefined;
    return isObject(here) ? here[step] : undefined;
  }, value);
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function listed(words: readonly string[]): string {
  return words.length > 0 ? words.join(', ') : 'nothing';
}

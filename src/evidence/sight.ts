import { worded } from '../kernel/canonical.ts';
import { isList, isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { evaluate, namesIn } from '../products/expression.ts';
import type { SeenFacts, SeenPart } from '../products/product.ts';
import type { Evidence } from './evidence.ts';
import { sightCertificate } from './sight-certificate.ts';
import type { Sighting, Sought } from './sighting.ts';

/** Looks for one resource in what was read on its server. */
export function sight(sought: Sought, evidence: Evidence): Sighting {
  const { facts } = sought;
  const objects = evidence.objects.get(facts.command);
  if (!objects) return { is: 'unread', because: whyUnread(facts.command, evidence) };
  if (facts.slots) return sightCertificate(sought, objects, evidence);
  const hidden = keyProperties(sought).find(name => objects.some(one => !Object.hasOwn(one, name)));
  if (hidden !== undefined) {
    return { is: 'unread', because: `${facts.command} shows no ${hidden} there` };
  }
  const ours = objects.filter(object => isOurs(object, sought));
  const [only] = ours;
  if (!only) return { is: 'absent' };
  if (ours.length > 1) return { is: 'several', names: ours.map(one => nameOf(one, sought)) };
  return describe(only, sought, evidence);
}

/** Why nothing is known of what a command would have shown. */
export function whyUnread(command: string, { unread }: Evidence): string {
  return unread.get(command) ?? `the collector did not ask ${command}`;
}

/** Why an attribute is not known that the server could have shown. */
export function whyUntold(
  key: string,
  { lists, maps, command }: SeenFacts,
  from: Evidence,
): string {
  const part = lists?.[key] ?? maps?.[key];
  return part ? whyUnread(part.command, from) : `${command} does not show it there`;
}

/** Without these nobody can say which object is which; that is not the same as none. */
function keyProperties({ facts, naturalKey }: Sought): string[] {
  const keys = naturalKey.map(key => facts.attributes[key] ?? null);
  return [...Object.keys(facts.skip ?? {}), ...namesIn(keys)];
}

/** Whether an object is the one that is looked for. */
export function isOurs(object: JsonObject, { attributes, facts, naturalKey }: Sought): boolean {
  if (isSkipped(object, facts)) return false;
  const fits = (key: string): boolean => {
    const told = facts.attributes[key];
    return told === undefined || agree(attributes[key] ?? null, evaluate(told, object));
  };
  const [first] = naturalKey;
  if (naturalKey.every(fits)) return true;
  return facts.alsoBy !== undefined && first !== undefined && fits(first) && fits(facts.alsoBy);
}

/** Whether an object is by its nature none of ours. */
export function isSkipped(object: JsonObject, { skip = {} }: SeenFacts): boolean {
  return Object.entries(skip).some(([property, pattern]) =>
    new RegExp(pattern, 'i').test(worded(object[property])),
  );
}

/** Whether another object has the name already under which this one is to be made. */
export function isNameTaken({ attributes, facts, identity }: Sought, evidence: Evidence): boolean {
  const [name, told] = [attributes[identity ?? ''] ?? null, facts.attributes[identity ?? '']];
  const objects = evidence.objects.get(facts.command) ?? [];
  return (
    told !== undefined && !isBlank(name) && objects.some(one => agree(name, evaluate(told, one)))
  );
}

/** What tells one partner from another, whatever its key comes from. */
const PARTNER = ['principal', 'realm'];

/** Names of other objects that let in the same partner by a key from elsewhere. */
export function rivalsOf(sought: Sought, { objects }: Evidence): readonly string[] {
  const { attributes, facts } = sought;
  const isSame = (object: JsonObject): boolean =>
    PARTNER.every(key => {
      const found = evaluate(facts.attributes[key] ?? null, object);
      return !isBlank(found) && agree(attributes[key] ?? null, found);
    });
  return (objects.get(facts.command) ?? [])
    .filter(one => !isSkipped(one, facts) && !isOurs(one, sought) && isSame(one))
    .map(one => nameOf(one, sought));
}

function nameOf(object: JsonObject, { facts, identity }: Sought): string {
  const told = identity === undefined ? undefined : facts.attributes[identity];
  return worded((told === undefined ? null : evaluate(told, object)) ?? '(no name)');
}

function describe(object: JsonObject, sought: Sought, evidence: Evidence): Sighting {
  const { attributes, facts } = sought;
  const told: string[] = [];
  const untold: string[] = [];
  const entries = Object.entries(attributes).map(([key, declared]): [string, Json] => {
    // What nobody declares is not compared: the server keeps what it has.
    if (isSilent(declared)) return [key, declared];
    const found = valueOf(key, { object, sought, evidence });
    if (found === 'untold') untold.push(key);
    if (found === undefined || found === 'untold') return [key, declared];
    if (isBlank(found.value) && facts.blank?.includes(key)) return [key, declared];
    told.push(key);
    return [key, agree(declared, found.value) ? declared : found.value];
  });
  return { is: 'there', attributes: Object.fromEntries(entries), told, untold, object };
}

interface Place {
  readonly object: JsonObject;
  readonly sought: Sought;
  readonly evidence: Evidence;
}

/** What the server says of an attribute; `undefined` where no server can show it. */
function valueOf(
  key: string,
  { object, sought, evidence }: Place,
): { readonly value: Json } | 'untold' | undefined {
  const { attributes, facts } = sought;
  const told = facts.attributes[key];
  if (told !== undefined) {
    const isShown = namesIn(told).every(name => Object.hasOwn(object, name));
    return isShown ? { value: evaluate(told, object) } : 'untold';
  }
  const [list, map] = [facts.lists?.[key], facts.maps?.[key]];
  const part = list ?? map;
  if (!part) return undefined;
  const objects = evidence.objects.get(part.command);
  const declared = attributes[key] ?? null;
  if (!objects) return 'untold';
  return {
    value: list
      ? listOf(list, objects, { declared, object, facts })
      : mapOf(part, objects, declared),
  };
}

interface Owner {
  readonly declared: Json;
  /** The object that was seen, and how its attributes are read. */
  readonly object: JsonObject;
  readonly facts: SeenFacts;
}

function listOf(
  { of, key, value }: SeenPart,
  objects: readonly JsonObject[],
  { declared, object, facts }: Owner,
): Json {
  const owner = of === undefined ? null : evaluate(facts.attributes[of] ?? null, object);
  const found = objects
    .filter(one => agree(owner, evaluate(key, one)))
    .map(one => evaluate(value, one));
  // More than is declared is none of ours.
  return (isList(declared) ? declared : []).filter(item => found.some(one => agree(item, one)));
}

function mapOf({ key, value }: SeenPart, objects: readonly JsonObject[], declared: Json): Json {
  const names = isObject(declared) ? Object.keys(declared) : [];
  return Object.fromEntries(
    names.map(name => {
      const found = objects.find(one => agree(name, evaluate(key, one)));
      return [name, found ? evaluate(value, found) : null];
    }),
  );
}

/** What tells the objects of a command that are entries of what is looked for. */
export function partsOf(
  { attributes, facts }: Sought,
  command: string,
): ((object: JsonObject) => boolean)[] {
  return Object.entries(facts.maps ?? {})
    .filter(([, part]) => part.command === command)
    .map(([attribute, { key }]) => {
      const declared = attributes[attribute] ?? null;
      const names = isObject(declared) ? Object.keys(declared) : [];
      return object => names.some(name => agree(name, evaluate(key, object)));
    });
}

/** Whether nothing is said by it, so that the server keeps what it has. */
export function isSilent(value: Json): boolean {
  return value === null || (isList(value) && value.length === 0);
}

function isBlank(value: Json): boolean {
  return value === null || value === '';
}

/** Whether a server would call two values the same: it knows no case, and blank is nothing. */
function agree(declared: Json, found: Json): boolean {
  if (isList(declared)) {
    return (
      isList(found) &&
      declared.length === found.length &&
      declared.every((item, at) => agree(item, found[at] ?? null))
    );
  }
  if (isObject(declared)) {
    return (
      isObject(found) &&
      Object.keys(declared).every(key => agree(declared[key] ?? null, found[key] ?? null))
    );
  }
  return textOf(declared) === textOf(found);
}

function textOf(value: Json): string {
  return isObject(value) || isList(value) ? '\0' : String(value ?? '').toLowerCase();
}

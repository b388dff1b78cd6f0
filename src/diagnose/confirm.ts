import type { Evidence } from '../evidence/evidence.ts';
import { whyUnread } from '../evidence/sight.ts';
import { isList, isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { collectorsFor } from '../products/collectors.ts';
import { counts, meeting, saying, type Meeting, type Says } from './check.ts';
import type { Confirmation } from './refusal.ts';

/** What evidence of one server shows of what confirms a cause. */
export interface Seen {
  readonly host: string;
  /** UTC instant, ISO 8601. */
  readonly collected_at: string;
  readonly says: Says | 'not-read';
  /** Why it was not read. */
  readonly because: string | null;
  /** The property of each object that counts; `null` where that version does not show it. */
  readonly values: readonly { readonly object: string; readonly value: string | null }[];
}

/** What confirms a cause, and what evidence shows of it where some was given. */
export interface Confirmed extends Omit<Confirmation, 'check' | 'compares'> {
  /** Server by server; empty where no evidence of such a server was given. */
  readonly seen?: readonly Seen[];
}

/** What a row asks for, with what evidence shows of it. */
export function answered(entry: Confirmation, evidence: readonly Evidence[], now: Date): Confirmed {
  const { command, property, expected, text } = entry;
  const seen = evidence.length > 0 ? seenOf(entry, evidence, now) : undefined;
  return { command, property, expected, text, ...(seen && { seen }) };
}

/** Evidence is read by name; more objects than these tell nobody more. */
const MOST_VALUES = 20;
const MOST_LETTERS = 200;

/**
 * What was read of what a row asks for, server by server: nothing at all where no collector reads
 * it. What was not read is told as that, and never as absent.
 */
export function seenOf(
  one: Confirmation,
  evidence: readonly Evidence[],
  now: Date,
): readonly Seen[] | undefined {
  const { command, property } = one;
  const [name = ''] = command?.split(' ') ?? [];
  const families = collectorsFor().filter(({ commands }) =>
    commands.some(known => known.command === name && known.properties.includes(property ?? '')),
  );
  if (families.length === 0) return undefined;
  return evidence
    .filter(({ family }) => families.some(known => known.family === family))
    .map(read => answer(one, { name, property: property ?? '' }, { evidence: read, now }));
}

function answer(
  { check = {} }: Confirmation,
  { name, property }: { readonly name: string; readonly property: string },
  look: { readonly evidence: Evidence; readonly now: Date },
): Seen {
  const { host, collectedAt, objects } = look.evidence;
  const own = { host, collected_at: collectedAt };
  const found = objects.get(name);
  if (!found) {
    const because = clipped(whyUnread(name, look.evidence));
    return { ...own, says: 'not-read', because, values: [] };
  }
  const judged = found
    .filter(object => counts(object, check))
    .map(object => ({ object, is: meeting(object[property], check, look) }));
  const values = [...judged]
    .sort((a, b) => ORDER[a.is] - ORDER[b.is])
    .slice(0, MOST_VALUES)
    .map(({ object }) => ({ object: identityOf(object), value: shown(object[property]) }));
  const says = saying(
    judged.map(({ is }) => is),
    check,
  );
  return { ...own, says, because: null, values };
}

/** What points at the cause stands first. */
const ORDER: Readonly<Record<Meeting, number>> = { fails: 0, unknown: 1, meets: 2 };

/** What an object is called on its server, as far as a collector reads that. */
function identityOf(object: JsonObject): string {
  const name = ['Identity', 'Name', 'Thumbprint'].map(key => object[key]).find(isWord);
  return clipped(String(name ?? ''));
}

function isWord(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function shown(value: Json | undefined): string | null {
  if (value === undefined) return null;
  const items = isList(value) ? value : [value];
  return clipped(items.map(textOf).join(', '));
}

/** As a shell prints it. */
function textOf(item: Json): string {
  if (typeof item === 'boolean') return item ? 'True' : 'False';
  return isObject(item) || isList(item) ? '' : String(item ?? '');
}

function clipped(text: string): string {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}...` : text;
}

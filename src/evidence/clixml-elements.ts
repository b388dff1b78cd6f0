import type { Tag } from 'sax';
import { SCALARS, unescapeText, type ScalarReader } from './clixml-scalars.ts';
import type { RemoteEntry, RemoteObject, RemoteValue } from './remote-object.ts';

/** Whoever writes more than this exports too much, or means harm. */
export const CLIXML_LIMITS = { bytes: 16 * 2 ** 20, depth: 100, elements: 400_000 } as const;

const NAMESPACE = 'http://schemas.microsoft.com/powershell/2004/04';

type Attributes = Readonly<Record<string, string | undefined>>;

/** What an element that is open collects; what it makes goes to the one around it. */
interface Frame {
  readonly element: string;
  /** Its name among the properties of the object around it, or `Key` and `Value`. */
  readonly name: string | undefined;
  /** Text between its tags. */
  text: string;
  readonly object?: Building;
  readonly entry?: { key?: RemoteValue; value?: RemoteValue };
  readonly types?: string[];
}

/** An object under way; what refers to it sees it grow. */
interface Building extends RemoteObject {
  types: readonly string[];
  text: string | null;
  readonly properties: Map<string, RemoteValue>;
  items: RemoteValue[] | null;
  entries: RemoteEntry[] | null;
  value: RemoteValue;
}

const LISTS: ReadonlySet<string> = new Set(['LST', 'STK', 'QUE', 'IE']);
const MEMBERS: ReadonlySet<string> = new Set(['Props', 'MS']);

/** What may stand inside what; a scalar holds no element. */
function mayHold(around: string | undefined, element: string): boolean {
  const value = SCALARS.has(element) || ['Obj', 'Ref', 'Nil'].includes(element);
  if (around === undefined) return element === 'Objs';
  if (around === 'Objs' || LISTS.has(around) || MEMBERS.has(around) || around === 'En')
    return value;
  if (around === 'DCT') return element === 'En';
  if (around === 'TN') return element === 'T';
  const parts = ['TN', 'TNRef', 'ToString', 'DCT', 'Nil'];
  if (around !== 'Obj') return false;
  return (
    SCALARS.has(element) || parts.includes(element) || LISTS.has(element) || MEMBERS.has(element)
  );
}

/** A file that is being read. */
export interface Reading {
  /** What stands in it, as far as it was read. */
  readonly objects: RemoteValue[];
  /** Ends the reading with what was found and expected. */
  readonly refuse: (detail: string) => never;
  readonly frames: Frame[];
  readonly known: Map<string, Building>;
  readonly typeLists: Map<string, readonly string[]>;
  elements: number;
}

/** A reading of which nothing is read yet. */
export function beginReading(refuse: (detail: string) => never): Reading {
  return {
    objects: [],
    refuse,
    frames: [],
    known: new Map(),
    typeLists: new Map(),
    elements: 0,
  };
}

/** An element begins. */
export function openElement(reading: Reading, { name: element, attributes }: Tag): void {
  const around = reading.frames.at(-1);
  if (element === 'SS') reading.refuse('it holds a secure string; evidence holds no secrets');
  if (!mayHold(around?.element, element)) {
    const place = around ? `inside <${around.element}>` : 'as the first element';
    reading.refuse(`<${element}> does not stand ${place} in what Export-Clixml writes`);
  }
  if (++reading.elements > CLIXML_LIMITS.elements || reading.frames.length >= CLIXML_LIMITS.depth) {
    const { depth, elements } = CLIXML_LIMITS;
    reading.refuse(`it has more than ${elements} elements, or is deeper than ${depth}`);
  }
  if (element === 'Objs') checkRoot(reading, attributes);
  reading.frames.push(frameOf(reading, element, attributes, around));
}

function checkRoot(reading: Reading, { Version: version, xmlns }: Attributes): void {
  if (xmlns !== NAMESPACE || !/^1\.\d/.test(version ?? '')) {
    reading.refuse('its first element is no <Objs Version="1.…"> of PowerShell');
  }
}

function frameOf(reading: Reading, element: string, attributes: Attributes, around?: Frame): Frame {
  const { N, RefId } = attributes;
  const name = N === undefined ? undefined : unescapeText(N);
  const frame = { element, name, text: '' };
  if (element === 'Obj') return { ...frame, object: begin(reading, RefId) };
  if (element === 'Ref') return { ...frame, object: recall(reading, RefId) };
  if (element === 'En') return { ...frame, entry: {} };
  if (element === 'TN') {
    const types: string[] = [];
    if (RefId !== undefined) reading.typeLists.set(RefId, types);
    return { ...frame, types };
  }
  const inner = around?.object;
  if (element === 'TNRef' && inner)
    inner.types = reading.typeLists.get(RefId ?? '') ?? lost(reading, RefId);
  if (LISTS.has(element) && inner) inner.items ??= [];
  if (element === 'DCT' && inner) inner.entries ??= [];
  const through = LISTS.has(element) || MEMBERS.has(element) || element === 'DCT';
  return through && inner ? { ...frame, object: inner } : frame;
}

function begin(reading: Reading, id: string | undefined): Building {
  const properties = new Map<string, RemoteValue>();
  const object: Building = {
    types: [],
    text: null,
    properties,
    items: null,
    entries: null,
    value: null,
  };
  if (id !== undefined) reading.known.set(id, object);
  return object;
}

function recall(reading: Reading, id: string | undefined): Building {
  return reading.known.get(id ?? '') ?? lost(reading, id);
}

function lost(reading: Reading, id: string | undefined): never {
  return reading.refuse(`it refers to "${id ?? ''}", which was not written before`);
}

/** Text stands in the element that is open. */
export function readText(reading: Reading, part: string): void {
  const frame = reading.frames.at(-1);
  if (frame) frame.text += part;
}

/** An element ends; what it made goes to the one around it. */
export function closeElement(reading: Reading): void {
  const frame = reading.frames.pop();
  if (!frame) return;
  const { element } = frame;
  const around = reading.frames.at(-1);
  const scalar = SCALARS.get(element);
  if (scalar) give(reading, scalarOf(reading, frame, scalar), frame, around);
  else if (element === 'Nil') give(reading, null, frame, around);
  else if (element === 'Obj' || element === 'Ref')
    give(reading, frame.object ?? null, frame, around);
  else closePart(reading, frame, around);
}

function scalarOf(reading: Reading, { element, text }: Frame, read: ScalarReader) {
  const value = read(text);
  return value === undefined ? reading.refuse(`<${element}> holds what is none`) : value;
}

function closePart(
  reading: Reading,
  { element, text, types, entry }: Frame,
  around: Frame | undefined,
): void {
  const object = around?.object;
  if (element === 'T') around?.types?.push(unescapeText(text));
  else if (element === 'ToString' && object) object.text = unescapeText(text);
  else if (element === 'TN' && object && types) object.types = types;
  else if (element === 'En' && entry) {
    const { key, value } = entry;
    if (key === undefined || value === undefined) reading.refuse('an entry has no key or no value');
    object?.entries?.push({ key, value });
  } else if (text.trim() !== '') reading.refuse(`text stands inside <${element}>`);
}

function give(
  reading: Reading,
  value: RemoteValue,
  { name }: Frame,
  around: Frame | undefined,
): void {
  const { element = '', object, entry } = around ?? {};
  if (element === 'Objs') reading.objects.push(value);
  else if (LISTS.has(element)) object?.items?.push(value);
  else if (element === 'En' && entry) giveEntry(reading, entry, name, value);
  else if (!MEMBERS.has(element)) {
    if (object) object.value = value;
  } else if (name === undefined || name === '') reading.refuse('a property has no name');
  else object?.properties.set(name, value);
}

function giveEntry(
  reading: Reading,
  entry: NonNullable<Frame['entry']>,
  name: string | undefined,
  value: RemoteValue,
) {
  if (name === 'Key') entry.key = value;
  else if (name === 'Value') entry.value = value;
  else reading.refuse('an entry holds what is neither its key nor its value');
}

import sax from 'sax';
import { SCALARS, unescapeText } from './clixml-scalars.ts';
import type { RemoteEntry, RemoteObject, RemoteValue } from './remote-object.ts';

/** Why bytes are no CLIXML that is read here, and where; lines and columns count from 1. */
export interface ClixmlFault {
  readonly line: number;
  readonly column: number;
  /** What was found and what was expected. */
  readonly detail: string;
}

/** What a file holds, or why it cannot be read. */
export type Clixml = { readonly objects: readonly RemoteValue[] } | { readonly fault: ClixmlFault };

/** Whoever writes more than this exports too much, or means harm. */
export const CLIXML_LIMITS = { bytes: 16 * 2 ** 20, depth: 100, elements: 400_000 } as const;

const NAMESPACE = 'http://schemas.microsoft.com/powershell/2004/04';

/** Reads what `Export-Clixml` wrote, in Windows PowerShell (UTF-16) or later (UTF-8). */
export function readClixml(bytes: Uint8Array): Clixml {
  if (bytes.length > CLIXML_LIMITS.bytes) {
    return fault(`it has ${bytes.length} bytes, more than ${CLIXML_LIMITS.bytes}`);
  }
  const text = decode(bytes);
  if (text === undefined) return fault('it is neither whole UTF-8 nor whole UTF-16');
  try {
    return { objects: parse(text) };
  } catch (error) {
    if (error instanceof Unreadable) return { fault: error.fault };
    throw error;
  }
}

function fault(detail: string): Clixml {
  return { fault: { line: 1, column: 1, detail } };
}

function decode(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  const mark = first * 256 + second;
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

class Unreadable extends Error {
  readonly fault: ClixmlFault;

  constructor(fault: ClixmlFault) {
    super(fault.detail);
    this.fault = fault;
  }
}

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

/** Only the five entities of XML itself; its types do not know the word. */
const OPTIONS: sax.SAXOptions & { strictEntities: true } = { strictEntities: true };

function parse(text: string): RemoteValue[] {
  const parser = sax.parser(true, OPTIONS);
  const reader = new Reader((detail: string) => {
    throw new Unreadable({ line: parser.line + 1, column: parser.column + 1, detail });
  });
  parser.onopentag = tag => reader.open(tag as sax.Tag);
  parser.onclosetag = () => reader.close();
  parser.ontext = part => reader.text(part);
  parser.ondoctype = () => reader.refuse('it has a document type, and with it entities');
  parser.oncdata = () => reader.refuse('it has a CDATA section, which Export-Clixml never writes');
  parser.onerror = error => reader.refuse(firstLine(error.message));
  parser.write(text).close();
  if (reader.elements === 0) reader.refuse('it holds no element');
  return reader.objects;
}

function firstLine(message: string): string {
  const [line = ''] = message.split('\n');
  return `it is no well-formed XML: ${line}`;
}

class Reader {
  readonly objects: RemoteValue[] = [];
  readonly refuse: (detail: string) => never;
  private readonly frames: Frame[] = [];
  private readonly known = new Map<string, Building>();
  private readonly typeLists = new Map<string, readonly string[]>();
  elements = 0;

  constructor(refuse: (detail: string) => never) {
    this.refuse = refuse;
  }

  open({ name: element, attributes }: sax.Tag): void {
    const around = this.frames.at(-1);
    if (element === 'SS') this.refuse('it holds a secure string; evidence holds no secrets');
    if (!mayHold(around?.element, element)) {
      const place = around ? `inside <${around.element}>` : 'as the first element';
      this.refuse(`<${element}> does not stand ${place} in what Export-Clixml writes`);
    }
    if (++this.elements > CLIXML_LIMITS.elements || this.frames.length >= CLIXML_LIMITS.depth) {
      const { depth, elements } = CLIXML_LIMITS;
      this.refuse(`it has more than ${elements} elements, or is deeper than ${depth}`);
    }
    if (element === 'Objs') this.checkRoot(attributes);
    this.frames.push(this.frameOf(element, attributes, around));
  }

  private checkRoot({ Version: version, xmlns }: Record<string, string>): void {
    if (xmlns !== NAMESPACE || !/^1\.\d/.test(version ?? '')) {
      this.refuse('its first element is no <Objs Version="1.…"> of PowerShell');
    }
  }

  private frameOf(element: string, attributes: sax.Tag['attributes'], around?: Frame): Frame {
    const { N, RefId } = attributes;
    const name = N === undefined ? undefined : unescapeText(N);
    const frame = { element, name, text: '' };
    if (element === 'Obj') return { ...frame, object: this.begin(RefId) };
    if (element === 'Ref') return { ...frame, object: this.recall(RefId) };
    if (element === 'En') return { ...frame, entry: {} };
    if (element === 'TN') {
      const types: string[] = [];
      if (RefId !== undefined) this.typeLists.set(RefId, types);
      return { ...frame, types };
    }
    const inner = around?.object;
    if (element === 'TNRef' && inner)
      inner.types = this.typeLists.get(RefId ?? '') ?? this.lost(RefId);
    if (LISTS.has(element) && inner) inner.items ??= [];
    if (element === 'DCT' && inner) inner.entries ??= [];
    const through = LISTS.has(element) || MEMBERS.has(element) || element === 'DCT';
    return through && inner ? { ...frame, object: inner } : frame;
  }

  private begin(id: string | undefined): Building {
    const properties = new Map<string, RemoteValue>();
    const object: Building = {
      types: [],
      text: null,
      properties,
      items: null,
      entries: null,
      value: null,
    };
    if (id !== undefined) this.known.set(id, object);
    return object;
  }

  private recall(id: string | undefined): Building {
    return this.known.get(id ?? '') ?? this.lost(id);
  }

  private lost(id: string | undefined): never {
    return this.refuse(`it refers to "${id ?? ''}", which was not written before`);
  }

  text(part: string): void {
    const frame = this.frames.at(-1);
    if (frame) frame.text += part;
  }

  close(): void {
    const frame = this.frames.pop();
    if (!frame) return;
    const { element } = frame;
    const around = this.frames.at(-1);
    const scalar = SCALARS.get(element);
    if (scalar) this.give(this.scalarOf(frame, scalar), frame, around);
    else if (element === 'Nil') this.give(null, frame, around);
    else if (element === 'Obj' || element === 'Ref') this.give(frame.object ?? null, frame, around);
    else this.closePart(frame, around);
  }

  private scalarOf({ element, text }: Frame, read: (text: string) => RemoteValue | undefined) {
    const value = read(text);
    return value === undefined ? this.refuse(`<${element}> holds what is none`) : value;
  }

  private closePart({ element, text, types, entry }: Frame, around: Frame | undefined): void {
    const object = around?.object;
    if (element === 'T') around?.types?.push(unescapeText(text));
    else if (element === 'ToString' && object) object.text = unescapeText(text);
    else if (element === 'TN' && object && types) object.types = types;
    else if (element === 'En' && entry) {
      const { key, value } = entry;
      if (key === undefined || value === undefined) this.refuse('an entry has no key or no value');
      object?.entries?.push({ key, value });
    } else if (text.trim() !== '') this.refuse(`text stands inside <${element}>`);
  }

  private give(value: RemoteValue, { name }: Frame, around: Frame | undefined): void {
    const { element = '', object, entry } = around ?? {};
    if (element === 'Objs') this.objects.push(value);
    else if (LISTS.has(element)) object?.items?.push(value);
    else if (element === 'En' && entry) this.giveEntry(entry, name, value);
    else if (!MEMBERS.has(element)) {
      if (object) object.value = value;
    } else if (name === undefined || name === '') this.refuse('a property has no name');
    else object?.properties.set(name, value);
  }

  private giveEntry(
    entry: NonNullable<Frame['entry']>,
    name: string | undefined,
    value: RemoteValue,
  ) {
    if (name === 'Key') entry.key = value;
    else if (name === 'Value') entry.value = value;
    else this.refuse('an entry holds what is neither its key nor its value');
  }
}

import sax from 'sax';
import {
  beginReading,
  CLIXML_LIMITS,
  closeElement,
  openElement,
  readText,
} from './clixml-elements.ts';
import type { RemoteValue } from './remote-object.ts';
import { decodeText } from './text.ts';

/** Why bytes are no CLIXML that is read here, and where; lines and columns count from 1. */
export interface ClixmlFault {
  readonly line: number;
  readonly column: number;
  /** What was found and what was expected. */
  readonly detail: string;
}

/** What a file holds, or why it cannot be read. */
export type Clixml = { readonly objects: readonly RemoteValue[] } | { readonly fault: ClixmlFault };

/** Reads what `Export-Clixml` wrote, in Windows PowerShell (UTF-16) or later (UTF-8). */
export function readClixml(bytes: Uint8Array): Clixml {
  if (bytes.length > CLIXML_LIMITS.bytes) {
    return fault(`it has ${bytes.length} bytes, more than ${CLIXML_LIMITS.bytes}`);
  }
  const text = decodeText(bytes);
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

class Unreadable extends Error {
  readonly fault: ClixmlFault;

  constructor(fault: ClixmlFault) {
    super(fault.detail);
    this.fault = fault;
  }
}

/** Only the five entities of XML itself; its types do not know the word. */
const OPTIONS: sax.SAXOptions & { strictEntities: true } = { strictEntities: true };

function parse(text: string): RemoteValue[] {
  const parser = sax.parser(true, OPTIONS);
  const reading = beginReading((detail: string) => {
    throw new Unreadable({ line: parser.line + 1, column: parser.column + 1, detail });
  });
  parser.onopentag = tag => openElement(reading, tag as sax.Tag);
  parser.onclosetag = () => closeElement(reading);
  parser.ontext = part => readText(reading, part);
  parser.ondoctype = () => reading.refuse('it has a document type, and with it entities');
  parser.oncdata = () => reading.refuse('it has a CDATA section, which Export-Clixml never writes');
  parser.onerror = error => reading.refuse(firstLine(error.message));
  parser.write(text).close();
  if (reading.elements === 0) reading.refuse('it holds no element');
  return reading.objects;
}

function firstLine(message: string): string {
  const [line = ''] = message.split('\n');
  return `it is no well-formed XML: ${line}`;
}

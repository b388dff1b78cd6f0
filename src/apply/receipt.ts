import type { Address } from '../kernel/address.ts';
import { digest } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import { firstFault } from '../kernel/first-fault.ts';
import type { Code, Report } from '../kernel/report.ts';
import { receipt as validate } from '../generated/validators.cjs';

/** What a script did to one resource. */
export interface Outcome {
  readonly address: Address;
  readonly digest: string;
  readonly result: 'created' | 'updated' | 'unchanged' | 'removed' | 'failed';
}

/** What a script wrote beside itself when it ended. */
export interface Receipt {
  readonly script: string;
  readonly script_sha256: string | null;
  readonly topology: string;
  readonly deployment: string;
  readonly host: string;
  readonly user: string;
  readonly started: string;
  readonly finished: string;
  readonly dry_run?: boolean;
  readonly resources: readonly Outcome[];
}

/** A file that may be a receipt. */
export interface ReceiptFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

const MOST = 64 * 2 ** 20;
const COPY = 'copy it from the server again';

/** Reads one receipt. Its SHA-256 is over the canonical form of its other members. */
export function readReceipt({ file, bytes }: ReceiptFile, report: Report): Receipt | undefined {
  const refuse = (code: Code, found: string, help: string): undefined =>
    report.add(code, { detail: `${file}: ${found}`, help }) as undefined;

  const text = bytes.length <= MOST ? decode(bytes) : undefined;
  if (text === undefined) return refuse('receipt/damaged', 'it is not text of a receipt', COPY);
  const value = parse(text);
  if (value === undefined) return refuse('receipt/damaged', 'it is not whole JSON', COPY);
  if (!validate(value)) {
    return refuse(
      'receipt/format',
      firstFault(validate.errors, 'a receipt', value),
      'name only files that the scripts wrote',
    );
  }
  const { sha256: sum, ...body } = value as JsonObject;
  if (typeof sum !== 'string' || sum.toLowerCase() !== digest(body)) {
    return refuse('receipt/damaged', 'its SHA-256 does not fit what it says', COPY);
  }
  return value as Receipt;
}

/** Windows PowerShell writes UTF-16 or UTF-8 with a mark unless told otherwise. */
function decode(bytes: Uint8Array): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

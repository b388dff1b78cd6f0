import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';

const AGAIN = 'then run the same command again';
const FAULTS: ReadonlyMap<string, Fault> = new Map([
  ...same(['ENOSPC', 'EDQUOT', 'EFBIG', 'EMFILE', 'ENFILE'], {
    code: 'write/no-space',
    what: 'there is no room left for',
    help: `free some room, ${AGAIN}`,
  }),
  ...same(['EACCES', 'EPERM', 'EROFS'], {
    code: 'write/denied',
    what: 'this user may not write',
    help: `give this user the right to write there, ${AGAIN}`,
  }),
  ...same(['ENOENT', 'ENOTDIR'], {
    code: 'write/vanished',
    what: 'the folder was taken away while writing',
    help: `see who else works there, ${AGAIN}`,
  }),
  ...same(['EEXIST'], {
    code: 'write/taken',
    what: 'there is a file already at',
    help: 'nothing was replaced; look at that file before you move it away',
  }),
]);

interface Fault {
  readonly code: Code;
  readonly what: string;
  readonly help: string;
}

function same(names: readonly string[], fault: Fault): [string, Fault][] {
  return names.map(name => [name, fault]);
}

/** The error name of a failed system call (`ENOSPC`); `undefined` for anything else. */
export function faultOf(error: unknown): string | undefined {
  const name = (error as { code?: unknown } | undefined)?.code;
  return typeof name === 'string' ? name : undefined;
}

/** A refusal that says why one file was not written; bugs and refusals pass unchanged. */
export function writeFault(error: unknown, path: string): unknown {
  const name = faultOf(error);
  if (error instanceof Refusal || name === undefined) return error;
  const fault: Fault = FAULTS.get(name) ?? {
    code: 'write/failed',
    what: 'the operating system could not safely write',
    help: `check the disk, ${AGAIN}`,
  };
  return refuseWrite(fault.code, `${fault.what} ${path} (${name})`, fault.help);
}

/** A refusal of one write; what stood at the place before still stands. */
export function refuseWrite(code: Code, found: string, help: string): Refusal {
  const detail = `${found}; what was there before is intact`;
  return new Refusal(code, { detail, help }, EXIT.failed);
}

/** A refusal that says why something could not be read; bugs and refusals pass unchanged. */
export function readFault(error: unknown, path: string): unknown {
  const name = faultOf(error);
  if (error instanceof Refusal || name === undefined) return error;
  const detail = `the operating system does not let ${path} be read (${name})`;
  return new Refusal('read/failed', { detail, help: `mend that, ${AGAIN}` }, EXIT.failed);
}

import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EXIT, importTopology, isError, type Diagnostic } from '../../index.ts';
import type { Run } from '../command.ts';
import { evidenceAt } from '../evidence.ts';
import { refuse, writeNew } from '../files.ts';
import { instant } from '../open.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';
import { schemaFile } from './schema.ts';

interface Options {
  readonly evidence: readonly string[];
  readonly out: string;
  readonly name?: string;
  readonly at?: string;
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const SCHEMA = join('.concordat', 'topology.schema.json');

/** What stands in the topology as a question or a list, in its own words. */
const ASKED: readonly string[] = ['evidence/left-alone', 'partner/not-needed'];

/** `concordat import`: a topology of what was read, with the certificates that it names. */
export const importCommand: Run<Options> = async (options, terminal) => {
  const { evidence, name, at } = options;
  const out = isFolder(options.out) ? join(options.out, 'topology.yaml') : options.out;
  if (name !== undefined && !NAME.test(name)) {
    const found = `"${name}" was given where a short name is needed: a-z, 0-9 and hyphens`;
    throw refuse('cli/name', found, 'give another one');
  }
  if (existsSync(out)) throw inTheWay(out, 'move it away, or name another file with --out');
  const imported = await importTopology({
    evidence: await evidenceAt(evidence),
    file: basename(out),
    name,
    now: at === undefined ? new Date() : instant(at),
  });
  const sources = 'sources' in imported ? imported.sources : new Map<string, never>();
  const told = imported.diagnostics.filter(({ code }) => !ASKED.includes(code));
  if (told.length > 0) terminal.err(humanDiagnostics(told, sources, terminal));
  if (!('text' in imported)) return EXIT.invalid;
  const folder = dirname(out);
  const files = new Map([...imported.files].map(([path, bytes]) => [join(folder, path), bytes]));
  files.set(out, Buffer.from(imported.text));
  files.set(join(folder, SCHEMA), readFileSync(schemaFile('topology')));
  for (const path of await writeAll(files)) terminal.out(`wrote ${path}\n`);
  terminal.err(next(imported.diagnostics, { evidence, out }));
  // The file is whole; what the evidence shows refuses every plan until it is mended.
  return imported.diagnostics.some(isError) ? EXIT.invalid : EXIT.done;
};

/** Writes what is not there yet; refuses before the first byte where something else is there. */
async function writeAll(files: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
  const fresh = [...files].filter(([path, bytes]) => {
    if (!existsSync(path)) return true;
    // The editor's schema is ours whatever version wrote it.
    if (path.endsWith(SCHEMA) || Buffer.from(bytes).equals(readFileSync(path))) return false;
    const help =
      'it may be named by another topology; write into another folder: --out new/topology.yaml';
    throw inTheWay(path, help);
  });
  for (const [path, bytes] of fresh) await writeNew(path, bytes);
  return fresh.map(([path]) => path);
}

function isFolder(path: string): boolean {
  return /[\\/]$/.test(path) || lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function inTheWay(path: string, help: string): Error {
  return refuse('cli/file-exists', `${path} is there already; nothing was written`, help);
}

function next(
  diagnostics: readonly Diagnostic[],
  { evidence, out }: Pick<Options, 'evidence' | 'out'>,
): string {
  const from = evidence.map(one => ` --from ${pasted(one)}`).join('');
  const plan = `concordat plan ${pasted(out)}${from}\n`;
  return diagnostics.some(isError)
    ? `next: mend what is said above, on the servers or in the file, collect again, then: ${plan}`
    : `next: look at every line with "decide:", then: ${plan}`;
}

/** As every shell takes it. */
function pasted(path: string): string {
  return /[\s&;()]/.test(path) ? `"${path}"` : path;
}

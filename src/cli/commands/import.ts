import { existsSync, readFileSync } from 'node:fs';
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

/** `concordat import`: a topology of what was read, with the certificates that it names. */
export const importCommand: Run<Options> = async ({ evidence, out, name, at }, terminal) => {
  if (name !== undefined && !NAME.test(name)) {
    const found = `"${name}" was given where a short name is needed: a-z, 0-9 and hyphens`;
    throw refuse('cli/name', found, 'give another one');
  }
  const imported = await importTopology({
    evidence: await evidenceAt(evidence),
    file: basename(out),
    name,
    now: at === undefined ? new Date() : instant(at),
  });
  const sources = 'sources' in imported ? imported.sources : new Map<string, never>();
  const told = imported.diagnostics.filter(({ code }) => code !== 'evidence/left-alone');
  if (told.length > 0) terminal.err(humanDiagnostics(told, sources, terminal));
  if (!('text' in imported)) return EXIT.invalid;
  const folder = dirname(out);
  const files = new Map([...imported.files].map(([path, bytes]) => [join(folder, path), bytes]));
  files.set(out, Buffer.from(imported.text));
  files.set(join(folder, SCHEMA), readFileSync(schemaFile('topology')));
  for (const path of await writeAll(files, out)) terminal.out(`wrote ${path}\n`);
  terminal.err(next(imported.diagnostics, { evidence, out }));
  return EXIT.done;
};

/** Writes what is not there yet; refuses before the first byte where something else is there. */
async function writeAll(files: ReadonlyMap<string, Uint8Array>, out: string): Promise<string[]> {
  const fresh = [...files].filter(([path, bytes]) => {
    if (!existsSync(path)) return true;
    // The editor's schema is ours whatever version wrote it.
    if (path.endsWith(SCHEMA)) return false;
    if (path !== out && Buffer.from(bytes).equals(readFileSync(path))) return false;
    const help = 'move it away, or name another file with --out';
    throw refuse('cli/file-exists', `${path} is there already; nothing was written`, help);
  });
  for (const [path, bytes] of fresh) await writeNew(path, bytes);
  return fresh.map(([path]) => path);
}

function next(
  diagnostics: readonly Diagnostic[],
  { evidence, out }: Pick<Options, 'evidence' | 'out'>,
): string {
  if (diagnostics.some(isError))
    return `next: mend what is said above, then: concordat validate ${out}\n`;
  const from = evidence.map(one => ` --from ${one}`).join('');
  return `next: look at every line with "decide:", then: concordat plan ${out}${from}\n`;
}

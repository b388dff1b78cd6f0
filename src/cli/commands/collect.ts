import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectors, EXIT, nearest } from '../../index.ts';
import type { Run } from '../command.ts';
import { readGiven, refuse, writeNew } from '../files.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly out?: string;
  readonly product?: string;
}

/** `concordat collect`: scripts that read what is there; a script that is there already stays. */
export const collect: Run<Options> = async ({ out = 'collect', product }, terminal) => {
  const scripts = await collectors(product);
  if (scripts.length === 0) throw await unknown(product ?? '');
  const files = scripts.map(script => ({ ...script, path: join(out, script.file) }));
  for (const { path, bytes } of files) {
    if (existsSync(path) && Buffer.compare(readGiven(path), bytes) !== 0) throw edited(path);
  }
  for (const { path, bytes, shell, roles } of files) {
    if (!existsSync(path)) await writeNew(path, bytes);
    tell(terminal, { path, shell, roles });
  }
  terminal.err(
    'next: run each on one server, then carry the folder that it writes into evidence/ and\n' +
      '      concordat plan --from evidence/\n',
  );
  return EXIT.done;
};

function tell(
  { out }: Terminal,
  { path, shell, roles }: { path: string; shell: string; roles: readonly string[] },
): void {
  out(`${path}\n  in the ${shell}, as a member of ${roles.join(' or ')}\n`);
}

async function unknown(product: string): Promise<Error> {
  const known = (await collectors()).map(({ family }) => family);
  const close = nearest(product, known);
  const guess = close === undefined ? '' : `; did you mean ${close}?`;
  return refuse(
    'cli/name',
    `there is no collector for "${product}"${guess}`,
    `name one of these, or one of their versions: ${known.join(', ')}`,
  );
}

function edited(path: string): Error {
  return refuse(
    'cli/file-exists',
    `${path} is there, and it is not what would be written`,
    'move it away, or name another folder with --out',
  );
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectors, EXIT, nearest, type CollectorScript, type Refusal } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readGiven, refuse, writeNew } from '../files.ts';
import { humanCollectors, jsonCollectors, type Emitted } from '../views/collect.ts';

interface Options extends Pick<CommonOptions, 'format'> {
  readonly product?: readonly string[];
  readonly out?: string;
}

/** `concordat collect`: writes the read-only scripts, and never over another file. */
export const collect: Run<Options> = async ({ product, out = 'collect', format }, terminal) => {
  const scripts = await scriptsFor(product);
  // All are looked at before one is written.
  const emitted = scripts.map(script => ({ script, ...standing(script, out) }));
  for (const { script, path, isThere } of emitted) {
    if (!isThere) await writeNew(path, script.bytes);
  }
  terminal.out(
    format === 'json' ? jsonCollectors(emitted) : humanCollectors(emitted, terminal.width),
  );
  terminal.err('next: run each of them there, then carry the folder evidence-... that it writes\n');
  terminal.err('beside itself, whole, into evidence/ beside the topology, and there:\n');
  terminal.err('      concordat plan --from evidence/\n');
  terminal.err('or, where there is no topology yet:\n');
  terminal.err('      concordat import evidence/\n');
  return EXIT.done;
};

/** One script serves a whole family; it is written once, however often that is named. */
async function scriptsFor(products?: readonly string[]): Promise<readonly CollectorScript[]> {
  const scripts = new Map<string, CollectorScript>();
  for (const product of products ?? [undefined]) {
    const found = await collectors(product);
    if (found.length === 0) throw await unknown(product ?? '');
    for (const script of found) scripts.set(script.file, script);
  }
  return [...scripts.values()];
}

/** Where a script goes, and whether it stands there already to the last byte. */
function standing({ file, bytes }: CollectorScript, out: string): Omit<Emitted, 'script'> {
  const path = join(out, file);
  if (!existsSync(path)) return { path, isThere: false };
  if (Buffer.from(bytes).equals(readGiven(path))) return { path, isThere: true };
  throw refuse(
    'cli/file-exists',
    `${path} is there already and is another script; nothing was written`,
    'move it away, or choose another folder with --out',
  );
}

async function unknown(product: string): Promise<Refusal> {
  const known = (await collectors()).flatMap(({ family, versions }) => [family, ...versions]);
  const near = nearest(product, known);
  return refuse(
    'cli/unknown-product',
    `there is no collector for "${product}"`,
    near === undefined ? `one of: ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

import { createHash } from 'node:crypto';
import type { CollectorScript } from '../../index.ts';
import { harmless } from './cells.ts';
import { wrap } from './wrap.ts';

/** A collector and the file in which it stands now. */
export interface Emitted {
  readonly script: CollectorScript;
  readonly path: string;
  /** It stood there before. */
  readonly isThere: boolean;
}

/** What was written, and for each script where it runs and who may run it. */
export function humanCollectors(emitted: readonly Emitted[], width: number): string {
  return emitted
    .map(({ script, path, isThere }) =>
      [
        isThere ? `${harmless(path)} is there already` : `wrote ${harmless(path)}`,
        ...[
          ['  reads   ', `${script.title}: ${script.commands.length} commands, changes nothing`],
          ['  shell   ', script.shells.join(' or ')],
          ['  where   ', script.where],
          ['  role    ', script.roles.join(' or ')],
        ].map(([prefix = '', text = '']) => wrap(text, prefix, width)),
      ]
        .map(line => `${line}\n`)
        .join(''),
    )
    .join('');
}

/** The same for machines. */
export function jsonCollectors(emitted: readonly Emitted[]): string {
  const scripts = emitted.map(({ script, path, isThere }) => ({
    family: script.family,
    file: path,
    sha256: createHash('sha256').update(script.bytes).digest('hex'),
    written: !isThere,
    versions: script.versions,
    shells: script.shells,
    where: script.where,
    roles: script.roles,
    commands: script.commands.map(({ command, properties }) => ({ command, properties })),
    never: script.never,
  }));
  return JSON.stringify({ format_version: '1.0', scripts }, null, 2) + '\n';
}

import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DocumentWorld } from '../ports/documents.ts';
import { lookAt } from './folder.ts';
import { documentSource, type FetchSettings } from './fetch-document.ts';
import { writeNewFolder } from './new-folder.ts';

/** The real network, this machine's clock and name, and a folder to write to. */
export function documentWorld(out: string, settings: FetchSettings): DocumentWorld {
  return {
    source: documentSource(settings),
    now: () => new Date(),
    host: hostname(),
    isThere: name => lookAt(join(out, name)) !== undefined,
    write: async (name, files) => {
      const folder = join(out, name);
      await writeNewFolder(folder, files);
      return folder;
    },
  };
}

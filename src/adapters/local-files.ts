import { resolve } from 'node:path';
import type { Files } from '../ports/files.ts';
import { readNamed } from './read-file.ts';

/** Files as a topology names them, relative to `folder`. Only regular files are read. */
export function localFiles(folder: string): Files {
  return { read: async (path, most) => readNamed(resolve(folder, path), most) };
}

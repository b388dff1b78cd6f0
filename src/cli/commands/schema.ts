import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../index.ts';
import type { Run } from '../command.ts';
import { refuse } from '../files.ts';

const SCHEMAS = [
  'topology',
  'plan',
  'diff',
  'drift',
  'event',
  'evidence',
  'state',
  'receipt',
  'status',
  'diagnosis',
  'product',
];

/** `concordat schema`: a public JSON Schema, as shipped. */
export const schema: Run<{ readonly name: string }> = ({ name }, terminal) => {
  terminal.out(readFileSync(schemaFile(name), 'utf8'));
  return Promise.resolve(EXIT.done);
};

/** Where a schema stands in the package. */
export function schemaFile(name: string): string {
  if (!SCHEMAS.includes(name)) {
    throw refuse(
      'cli/unknown-schema',
      `there is no schema "${name}"`,
      `one of: ${SCHEMAS.join(', ')}`,
    );
  }
  return fileURLToPath(new URL(`../../../schema/${name}.schema.json`, import.meta.url));
}

import { EXIT, readSchema } from '../../index.ts';
import type { Run } from '../args.ts';

/** `concordat schema`: a public JSON Schema, as shipped. */
export const schema: Run<{ readonly name: string }> = async ({ name }, terminal) => {
  terminal.out(await readSchema(name));
  return EXIT.done;
};

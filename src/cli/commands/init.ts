import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, starterFiles } from '../../index.ts';
import type { Run } from '../command.ts';
import { refuse, writeNew } from '../files.ts';
import { schemaFile } from './schema.ts';

interface Options {
  readonly folder: string;
  readonly name?: string;
  readonly sipDomain?: string;
  readonly acceptedDomain?: string;
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** `concordat init`: asks at a terminal what the flags do not say. */
export const init: Run<Options> = async ({ folder, ...given }, terminal) => {
  const ask = async (flag: string | undefined, question: string, usual: string) => {
    if (flag !== undefined || !terminal.interactive) return (flag ?? usual).toLowerCase();
    return (await terminal.ask(`${question} [${usual}] `)).trim().toLowerCase() || usual;
  };
  const name = checked(NAME, await ask(given.name, 'name of the topology?', 'litware'));
  const sip = await ask(given.sipDomain, 'default SIP domain?', `${name}.com`);
  const sipDomain = checked(DOMAIN, sip);
  const mail = await ask(given.acceptedDomain, 'default accepted domain?', sipDomain);
  const acceptedDomain = checked(DOMAIN, mail);
  for (const [path, text] of await starterFiles({ name, sipDomain, acceptedDomain })) {
    await writeNew(join(folder, path), Buffer.from(text));
    terminal.out(`wrote ${join(folder, path)}\n`);
  }
  const schema = join(folder, '.concordat', 'topology.schema.json');
  await writeNew(schema, readFileSync(schemaFile('topology')));
  terminal.out(`wrote ${schema}\n`);
  terminal.err(`next: edit it, then: concordat validate ${join(folder, 'topology.yaml')}\n`);
  return EXIT.done;
};

function checked(shape: RegExp, text: string): string {
  if (shape.test(text)) return text;
  const wanted =
    shape === NAME ? 'a short name: a-z, 0-9 and hyphens' : 'a domain of several labels';
  throw refuse('cli/name', `"${text}" was given where ${wanted} is needed`, 'give another one');
}

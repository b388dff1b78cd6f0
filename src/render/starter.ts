import { TEMPLATES } from '../generated/templates.ts';

/** What a starting topology is made for; both domains already read as host names. */
export interface Starter {
  readonly name: string;
  readonly sipDomain: string;
  readonly acceptedDomain: string;
}

/** The files of a new project by path: a commented topology and what git shall not see. */
export function starterFiles({ name, sipDomain, acceptedDomain }: Starter): Map<string, string> {
  const values: Readonly<Record<string, string>> = { name, sip: sipDomain, mail: acceptedDomain };
  const topology = (TEMPLATES['init/topology.yaml.liquid'] ?? '').replace(
    /\[\[ (\w+) \]\]/g,
    (_, key: string) => values[key] ?? '',
  );
  return new Map([
    ['topology.yaml', topology],
    ['.gitignore', TEMPLATES['init/gitignore.liquid'] ?? ''],
  ]);
}

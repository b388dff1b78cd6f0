import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Finding } from '../support/engine.ts';

/** What the engine reports of a script's types and members. */
export interface Named {
  readonly types: readonly Finding[];
  readonly members: readonly (Finding & {
    readonly static: boolean;
    readonly computed: boolean;
    readonly type?: string;
    readonly exists?: boolean;
  })[];
}

/** A call as it was bound. */
export interface Bound {
  readonly line: number;
  readonly command: string;
  readonly parameters: readonly string[];
}

/** The shell and framework that a product is sure to have. */
export interface Level {
  readonly powershell: string;
  readonly framework: string;
}

interface Known {
  readonly framework?: string;
  readonly powershell?: string;
  readonly members?: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
}

interface Allowed {
  readonly types: Readonly<Record<string, Known>>;
  readonly methods: Readonly<Record<string, unknown>>;
  readonly commands: Readonly<Record<string, Known>>;
}

const FILE = new URL('../../templates/powershell/allowed.yaml', import.meta.url);
const allowed = parse(readFileSync(FILE, 'utf8')) as Allowed;
/** The engine finds types whatever the case of their names. */
const types = new Map(
  Object.entries(allowed.types).map(([name, one]) => [name.toLowerCase(), one]),
);

function typeOf(name = ''): Known | undefined {
  return types.get(name.toLowerCase());
}

/** Types and members that a script names and the list does not, or only for a newer level. */
export function unlistedNames(named: Named, level: Level): Finding[] {
  return [
    ...named.types.filter(({ detail }) => !reaches(typeOf(detail), level)),
    ...named.members.filter(one => {
      // A computed property is a key of a table of ours; a computed method could be anything.
      if (one.computed) return one.reason === 'method' || one.static;
      if (!one.static) return one.reason === 'method' && allowed.methods[one.detail] === undefined;
      return !one.exists || !typeOf(one.type)?.members?.includes(one.detail);
    }),
  ];
}

/** Built-in calls that the list does not have with each of their parameters, for the level. */
export function unlistedCalls(calls: readonly Bound[], level: Level): string[] {
  return calls.flatMap(({ line, command, parameters }) => {
    const known = allowed.commands[command];
    const strange = parameters.filter(
      name => Number(known?.parameters?.[name] ?? Infinity) > Number(level.powershell),
    );
    const listed = reaches(known, level) && strange.length === 0;
    return listed ? [] : [`${line}: ${command} ${strange.map(name => `-${name}`).join(' ')}`];
  });
}

function reaches(known: Known | undefined, level: Level): boolean {
  return (
    known !== undefined &&
    Number(known.framework ?? 0) <= parseFloat(level.framework) &&
    Number(known.powershell ?? 0) <= Number(level.powershell)
  );
}

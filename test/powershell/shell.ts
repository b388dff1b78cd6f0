import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEngine, type Engine } from '../support/engine.ts';
import type { Fault, Session, World } from './world.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const readJson = <T>(path: string): T => JSON.parse(readFileSync(here(path), 'utf8')) as T;

/** One row of a table of behaviours: what a command does, or when it refuses, and who says so. */
export interface Behaviour {
  readonly id: string;
  readonly command: string;
  readonly behaviour: string;
  /** A page of the vendor's, by its short name; or `assumed`. */
  readonly source: string;
}

/** Every behaviour of the simulated servers. */
export const BEHAVIOURS: readonly Behaviour[] = ['skype', 'exchange'].flatMap(name =>
  readJson<Behaviour[]>(`servers/${name}.json`),
);

/** A shell on simulated servers. */
export interface Shell {
  /** Opens a session where the world says that somebody sits, and enters the lines one by one. */
  enter(world: World, lines: readonly string[], fault?: Fault): Promise<Session>;
  /** Whether a server takes a token of this issuer, `id@realm`, signed with this certificate. */
  accepts(world: World, server: string, issuer: string, thumbprint: string): Promise<boolean>;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Starts the engine with the documented commands and the table of behaviours. */
export async function startShell(): Promise<Shell> {
  const engine = startEngine();
  await engine.request('documented', { commands: documentedCommands() });
  await engine.request('behaviours', { rows: BEHAVIOURS.map(({ id }) => id) });
  return {
    engine,
    enter: (world, lines, fault) => engine.request('run', { world, lines, fault }),
    accepts: (world, server, issuer, thumbprint) =>
      engine.request('accepts', { world, server, issuer, thumbprint }),
    close: () => engine.close(),
  };
}

interface Documented {
  readonly default?: string;
}

/** The project's copy of the documented sets; where none is marked as the default, ours. */
export function documentedCommands(): Record<string, object> {
  const documented = readJson<Record<string, Documented>>('documented.json');
  const defaults = readJson<Record<string, Documented>>('default-sets.json');
  const computed = readJson<Record<string, { name: string }>>('computed.json');
  const own = Object.entries(documented).map(([name, command]) => [
    name,
    { ...command, default: command.default ?? defaults[name]?.default },
  ]);
  const called = Object.values(computed).map(({ name, ...command }) => [name, command]);
  return Object.fromEntries([...own, ...called]) as Record<string, object>;
}

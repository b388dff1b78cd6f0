import { Liquid } from 'liquidjs';
import { psDeclaration, type LiteralTable } from './escape.ts';

/** Template texts by path, without the `.liquid` ending that files carry. */
export type Templates = Readonly<Record<string, string>>;

/** Fills a template by name. */
export type Fill = (name: string, values: object) => string;

/** What came through the typed filter; nothing else is ever printed. */
interface Written {
  readonly [WRITTEN]: string;
}
const WRITTEN = Symbol('written as a literal');

/**
 * The template language: tags `if`, `for`, `render`; holes that pass the filter `declaration`. An
 * unknown name, an unknown filter and a hole without the filter throw. Nothing is read from disk.
 */
export function templateLanguage(templates: Templates): Fill {
  const engine = new Liquid({
    templates: byName(templates),
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: print,
    cache: true,
  });
  engine.registerFilter('declaration', (value: LiteralTable): Written => ({
    [WRITTEN]: psDeclaration(value),
  }));
  // The one filter that would pass the gate below by design.
  engine.registerFilter('raw', () => {
    throw new Error('a template must not print raw text');
  });
  return (name, values) => String(engine.renderFileSync(name, values));
}

function print(value: unknown): string {
  if (typeof value === 'object' && value !== null && WRITTEN in value) {
    return (value as Written)[WRITTEN];
  }
  throw new Error('a hole without its filter');
}

function byName(templates: Templates): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([path, source]) => [path.replace(/\.liquid$/, ''), source]),
  );
}

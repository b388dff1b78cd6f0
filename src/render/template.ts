import { Liquid } from 'liquidjs';
import { psBoolean, psInteger, psLiteral, psList, psString, psTable } from './escape.ts';
import type { Literal, LiteralTable } from './escape.ts';

/** Template texts by path, without the `.liquid` ending that files carry. */
export type Templates = Readonly<Record<string, string>>;

/** Fills a template by name. */
export type Fill = (name: string, values: object) => string;

/** What came through a typed filter; nothing else is ever printed. */
interface Written {
  readonly [WRITTEN]: string;
}
const WRITTEN = Symbol('written as a literal');
const written = (text: string): Written => ({ [WRITTEN]: text });

/**
 * The template language: tags `if`, `for`, `render`; holes that pass a typed filter. An unknown
 * name, an unknown filter and a hole without a filter throw. Nothing is read from disk.
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
  engine.registerFilter('string', (value: unknown) => written(psString(text(value))));
  engine.registerFilter('optional', (value: unknown) =>
    written(value === null ? '$null' : psString(text(value))),
  );
  engine.registerFilter('boolean', (value: boolean) => written(psBoolean(value)));
  engine.registerFilter('integer', (value: number) => written(psInteger(value)));
  engine.registerFilter('list', (value: readonly Literal[]) => written(psList(value, 4)));
  engine.registerFilter('table', (value: LiteralTable) => written(psTable(value, 4)));
  engine.registerFilter('literal', (value: Literal) => written(psLiteral(value, 4)));
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
  throw new Error('a hole without a typed filter');
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not a text: ${JSON.stringify(value)}`);
  return value;
}

function byName(templates: Templates): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([path, source]) => [path.replace(/\.liquid$/, ''), source]),
  );
}

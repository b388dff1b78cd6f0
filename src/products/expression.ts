import { createHash } from 'node:crypto';
import { worded } from '../kernel/canonical.ts';
import { isList, isObject, type Json, type JsonObject } from '../kernel/json.ts';
import type { Expression, Scope } from './product.ts';

/** Follows a deployment's name to what that deployment declares. */
export type Follow = (deployment: string) => Scope | undefined;

/**
 * Evaluates an expression of a product file: `'{path}'` is the value itself, text around braces is
 * filled in, lists are flattened without nulls, `first` is the first value that is there, `of` with
 * `table` translates a word, with `match` takes what the brackets of a pattern meet (`into` says
 * how several are put together), with `split` makes a list of a text, `each` with `as` is read of
 * every object of a list that `where` (patterns) and `same` (values) let through, `thumbprint` is
 * that of a certificate in base64. A `?` makes a missing value null; without it a missing value is
 * a bug in the product file.
 */
export function evaluate(
  expression: Expression,
  scope: Scope,
  follow: Follow = () => undefined,
): Json {
  if (typeof expression === 'string') return evaluateText(expression, scope, follow);
  if (isList(expression)) return evaluateList(expression, scope, follow);
  if (!isObject(expression)) return expression;
  if ('first' in expression) return evaluateFirst(expression['first'], scope, follow);
  if ('each' in expression) return evaluateEach(expression, scope, follow);
  if ('table' in expression) return translate(expression, scope, follow);
  if ('thumbprint' in expression) return thumbprintOf(expression['thumbprint'], scope, follow);
  if ('match' in expression || 'split' in expression) return takeApart(expression, scope, follow);
  return Object.fromEntries(
    Object.entries(expression).map(([key, item]) => [key, evaluate(item, scope, follow)]),
  );
}

/** Evaluates to a list of texts, each once, in order. */
export function evaluateNames(expression: Expression, scope: Scope, follow?: Follow): string[] {
  const value = evaluate(expression, scope, follow);
  const items = isList(value) ? value : [value];
  return [...new Set(items.filter(item => typeof item === 'string'))];
}

/** Evaluates to one text; throws where the product file promises one and there is none. */
export function evaluateName(expression: Expression, scope: Scope, follow?: Follow): string {
  const value = evaluate(expression, scope, follow);
  if (typeof value !== 'string') throw new Error(`not a text: ${JSON.stringify(expression)}`);
  return value;
}

/** Parts in which braces are none of ours. */
const PATTERNS = ['match', 'into', 'split', 'where', 'table'];

/** The first names of all paths that an expression looks up. */
export function namesIn(expression: Expression): string[] {
  if (typeof expression !== 'string') {
    if (isList(expression)) return expression.flatMap(namesIn);
    const parts = Object.entries(isObject(expression) ? expression : {});
    return parts.flatMap(([key, part]) => (PATTERNS.includes(key) ? [] : namesIn(part)));
  }
  return piecesOf(expression).flatMap(piece =>
    typeof piece === 'string' ? [] : (piece.path.split('.')[0] ?? []),
  );
}

/** Looks a dotted path up: keys, list indexes, `*` for every item, `->` through a name. */
export function lookUp(path: string, scope: Scope, follow: Follow = () => undefined): Json {
  const hops = hopsOf(path);
  let value = walk(hops[0] ?? [], scope);
  for (let at = 1; at < hops.length; at++) {
    const there = typeof value === 'string' ? follow(value) : undefined;
    if (!there) return null;
    value = walk(hops[at] ?? [], there);
  }
  return value;
}

/** The steps of a path, hop by hop. */
const hopsOf = remembered((path): readonly (readonly string[])[] =>
  path.split('->').map(hop => hop.split('.')),
);

function walk(steps: readonly string[], from: Json): Json {
  let value = from;
  for (const [index, step] of steps.entries()) {
    if (step === '*') {
      const rest = steps.slice(index + 1);
      const items = isList(value) ? value.flatMap(item => walk(rest, item)) : null;
      return items && items.filter(item => item !== null);
    }
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as JsonObject)[step] ?? null;
  }
  return value;
}

/** A place in a text that a value fills. */
interface Hole {
  readonly path: string;
  readonly optional: boolean;
}

/** A text taken apart: what stands between holes, and the holes. */
const piecesOf = remembered((text): readonly (string | Hole)[] =>
  text
    .split(/(\{[^{}]+\})/)
    .filter(part => part !== '')
    .map(part => {
      const [, path, mark] = /^\{([^{}]+?)(\?)?\}$/.exec(part) ?? [];
      return path === undefined ? part : { path, optional: mark !== undefined };
    }),
);

function evaluateText(text: string, scope: Scope, follow: Follow): Json {
  const pieces = piecesOf(text);
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'object') return fill(only, scope, follow);
  let filled = '';
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : fill(piece, scope, follow);
    if (part === null) return null;
    filled += worded(part);
  }
  return filled;
}

function fill({ path, optional }: Hole, scope: Scope, follow: Follow): Json {
  const value = lookUp(path, scope, follow);
  if (value === null && !optional && !(path in scope)) throw new Error(`nothing at "${path}"`);
  return value;
}

/** Expressions are few and evaluated for every deployment and partner: each is read once. */
function remembered<Read>(read: (text: string) => Read): (text: string) => Read {
  const known = new Map<string, Read>();
  return text => {
    const result = known.get(text) ?? read(text);
    known.set(text, result);
    return result;
  };
}

function evaluateList(items: readonly Expression[], scope: Scope, follow: Follow): Json {
  return items.flatMap(item => evaluate(item, scope, follow)).filter(item => item !== null);
}

function evaluateFirst(items: Json | undefined, scope: Scope, follow: Follow): Json {
  const values = isList(items) ? items : evaluate(items ?? null, scope, follow);
  for (const item of isList(values) ? values : []) {
    const value = isList(items) ? evaluate(item, scope, follow) : item;
    if (value !== null) return value;
  }
  return null;
}

/** Null where there is no such list: what nobody read is not empty. */
function evaluateEach({ each, where, same, as }: JsonObject, scope: Scope, follow: Follow): Json {
  const found = evaluate(each ?? null, scope, follow);
  if (!isList(found)) return null;
  const items = found.filter(isObject).filter(item => meets(item, isObject(where) ? where : {}));
  return items
    .filter(item => isSame(item, same, scope))
    .flatMap(item => evaluate(as ?? null, { ...scope, ...item }, follow))
    .filter(value => value !== null);
}

/** Whether properties meet their patterns; of a list, one item that does will do. */
export function meets(item: JsonObject, patterns: JsonObject): boolean {
  return Object.entries(patterns).every(([property, pattern]) => {
    const value = item[property] ?? null;
    const shape = new RegExp(String(pattern), 'i');
    return (isList(value) ? value : [value]).some(one => shape.test(worded(one)));
  });
}

function isSame(item: JsonObject, same: Json | undefined, scope: Scope): boolean {
  return Object.entries(isObject(same) ? same : {}).every(
    ([property, wanted]) =>
      worded(item[property]).toLowerCase() === worded(evaluate(wanted, scope)).toLowerCase(),
  );
}

function translate(
  expression: { readonly [key: string]: Json },
  scope: Scope,
  follow: Follow,
): Json {
  const word = evaluate(expression['of'] ?? null, scope, follow);
  const table = expression['table'];
  const found = isObject(table) && typeof word === 'string' ? table[word] : undefined;
  return found ?? null;
}

function takeApart({ of, match, into, split }: JsonObject, scope: Scope, follow: Follow): Json {
  const text = evaluate(of ?? null, scope, follow);
  if (isList(text) && split !== undefined) return text;
  if (typeof text !== 'string') return null;
  if (typeof split === 'string') return text.split(split).filter(part => part !== '');
  const found = new RegExp(String(match), 'i').exec(text);
  if (!found || typeof into !== 'string') return found?.[1] ?? null;
  return into.replace(/\$(\d)/g, (_, at: string) => found[Number(at)] ?? '');
}

function thumbprintOf(base64: Json | undefined, scope: Scope, follow: Follow): Json {
  const text = evaluate(base64 ?? null, scope, follow);
  if (typeof text !== 'string' || text === '') return null;
  return createHash('sha1').update(Buffer.from(text, 'base64')).digest('hex').toUpperCase();
}

import { isList, isObject, type Json } from '../kernel/json.ts';
import type { Expression, Scope } from './product.ts';

/** Follows a deployment's name to what that deployment declares. */
export type Follow = (deployment: string) => Scope | undefined;

/**
 * Evaluates an expression of a product file: `'{path}'` is the value itself, text around braces is
 * filled in, lists are flattened without nulls, `first` is the first value that is there, `of` with
 * `table` translates a word. A `?` makes a missing value null; without it a missing value is a bug
 * in the product file.
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
  if ('table' in expression) return translate(expression, scope, follow);
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

/** Looks a dotted path up: keys, list indexes, `*` for every item, `->` through a name. */
export function lookUp(path: string, scope: Scope, follow: Follow = () => undefined): Json {
  const arrow = path.indexOf('->');
  if (arrow < 0) return walk(path.split('.'), scope);
  const name = walk(path.slice(0, arrow).split('.'), scope);
  const there = typeof name === 'string' ? follow(name) : undefined;
  return there ? lookUp(path.slice(arrow + 2), there, follow) : null;
}

function walk(parts: readonly string[], value: Json): Json {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (part === '*') {
    if (!isList(value)) return null;
    return value
      .map(item => walk(rest, item))
      .flat()
      .filter(item => item !== null);
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
  return walk(rest, (value as Record<string, Json>)[part] ?? null);
}

const HOLE = /\{([^{}]+?)(\?)?\}/g;

function evaluateText(text: string, scope: Scope, follow: Follow): Json {
  const whole = /^\{([^{}]+?)(\?)?\}$/.exec(text);
  if (whole) return required(whole[1] ?? '', whole[2], scope, follow);
  let missing = false;
  const filled = text.replace(HOLE, (_, path: string, optional?: string) => {
    const value = required(path, optional, scope, follow);
    missing ||= value === null;
    return String(value);
  });
  return missing ? null : filled;
}

function required(path: string, optional: string | undefined, scope: Scope, follow: Follow): Json {
  const value = lookUp(path, scope, follow);
  if (value === null && optional === undefined && !(path in scope)) {
    throw new Error(`nothing at "${path}"`);
  }
  return value;
}

function evaluateList(items: readonly Expression[], scope: Scope, follow: Follow): Json {
  return items
    .map(item => evaluate(item, scope, follow))
    .flat()
    .filter(item => item !== null);
}

function evaluateFirst(items: Json | undefined, scope: Scope, follow: Follow): Json {
  for (const item of isList(items) ? items : []) {
    const value = evaluate(item, scope, follow);
    if (value !== null) return value;
  }
  return null;
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

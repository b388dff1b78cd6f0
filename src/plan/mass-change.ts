import { isList, type Json, type JsonObject } from '../kernel/json.ts';
import type { Change, EdgeReading, Reason } from './plan.ts';

/** Fewer recorded objects than these are few enough to be read one by one. */
const LEAST_OBJECTS = 10;
/** The share of them that may change without being asked for, in hundredths. */
const MOST_CHANGED = 30;

/**
 * Why a plan changes more than anybody should approve in passing; empty for most. It is measured
 * against what is recorded, so that a first plan never is one.
 */
export function massChange(
  changes: readonly Change[],
  edges: readonly EdgeReading[],
): readonly Reason[] {
  const lasting = edges.flatMap(({ address, before, after }) =>
    before && after ? [{ address, before, after }] : [],
  );
  return [...manyObjects(changes), ...changedRealms(lasting), ...lostIssuers(lasting)];
}

/** An edge that is there before and after. */
interface LastingEdge {
  readonly address: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

function manyObjects(changes: readonly Change[]): Reason[] {
  const recorded = changes.filter(({ before }) => before !== null);
  const changed = recorded.filter(({ actions }) => actions[0] !== 'keep').length;
  if (recorded.length < LEAST_OBJECTS) return [];
  if (changed * 100 <= MOST_CHANGED * recorded.length) return [];
  const what = `${changed} of ${recorded.length} recorded objects change`;
  return [{ code: 'many-objects', text: `${what}, more than ${MOST_CHANGED} %` }];
}

/** A realm is part of every name in every token: where it changes, all trust of a side does. */
function changedRealms(edges: readonly LastingEdge[]): Reason[] {
  const texts = edges.flatMap(({ address, before, after }) => {
    const [, acceptor = '', issuer = ''] = address.split('/');
    return [
      realmChange(acceptor, before['acceptor'], after['acceptor']),
      realmChange(issuer, before['issuer'], after['issuer']),
    ].flat();
  });
  return [...new Set(texts)].map(text => ({ code: 'realm-changed', text }));
}

function realmChange(side: string, before: Json | undefined, after: Json | undefined): string[] {
  const [was, is] = [realmOf(before), realmOf(after)];
  return was === is ? [] : [`the realm of ${side} changes from ${was} to ${is}`];
}

/** What follows the "@" of `<principal>@<realm>`. */
function realmOf(name: Json | undefined): string {
  return String(name).replace(/^.*@/, '');
}

/** Without a key that partners know already they refuse an issuer until they have read another. */
function lostIssuers(edges: readonly LastingEdge[]): Reason[] {
  const lost = edges.filter(({ before, after }) => {
    const [known, stay] = [keysOf(before), new Set(keysOf(after))];
    return known.length > 0 && !known.some(key => stay.has(key));
  });
  const issuers = new Set(lost.map(({ address }) => address.split('/')[2] ?? ''));
  return [...issuers].map(issuer => ({
    code: 'last-key',
    text: `no key by which ${issuer} is accepted today stays accepted`,
  }));
}

function keysOf({ keys }: JsonObject): readonly Json[] {
  return isList(keys) ? keys : [];
}

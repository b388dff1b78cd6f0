import { address } from '../kernel/address.ts';
import { canonical, worded } from '../kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { evaluate } from '../products/expression.ts';
import type { FeatureFacts, FeatureObject } from '../products/product.ts';
import type { DraftDeployment, DraftEntry, DraftFeature, DraftScenario } from './draft.ts';

const ASKED = 'decide: no server shows whether these are used, for lack of a switch';

/** What the trust of two deployments is for, as far as their servers show it. */
export function draftScenarios(
  deployments: readonly DraftDeployment[],
  partners: readonly DraftEntry[],
): readonly DraftScenario[] {
  const trusts = new Set(partners.map(({ address: one }) => one));
  const told = new Set<string>();
  const pairs = deployments.flatMap((a, at) => deployments.slice(at + 1).map(b => [a, b] as const));
  return pairs
    .filter(([a, b]) => trusts.has(partnerOf(a, b)) && trusts.has(partnerOf(b, a)))
    .flatMap(([a, b]) => {
      const features = [...featuresOf(a, b), ...featuresOf(b, a)].filter(
        one => !told.has(one.address),
      );
      for (const one of features) told.add(one.address);
      if (features.length === 0) return [];
      const unseen = [...unseenOf(a, b), ...unseenOf(b, a)];
      const notes = unseen.length === 0 ? [] : [`${ASKED}: ${unseen.join(', ')}`];
      return [{ between: [a.name, b.name] as const, features, notes, because: [] }];
    });
}

function partnerOf(acceptor: DraftDeployment, issuer: DraftDeployment): string {
  return address('partner', acceptor.name, issuer.name);
}

function featuresBetween(
  { product }: DraftDeployment,
  other: DraftDeployment,
): [name: string, facts: FeatureFacts][] {
  return Object.entries(product.features).filter(([, facts]) =>
    facts.with.includes(other.product.family),
  );
}

/** Features that follow from the trust, without a switch of their own. */
function unseenOf(own: DraftDeployment, other: DraftDeployment): string[] {
  return featuresBetween(own, other)
    .filter(([, { on, off, object }]) => !on && !off && !object)
    .map(([name]) => name);
}

function featuresOf(own: DraftDeployment, other: DraftDeployment): DraftFeature[] {
  return featuresBetween(own, other).flatMap(([name, { on, off, object }]) => {
    const words = [
      ['on', on],
      ['off', off],
      ['object', object],
    ] as const;
    const found = words.flatMap(([word, one]) =>
      (one ? valuesOf(one, own.evidence) : []).map(value => ({
        name,
        address: address(one?.kind ?? 'feature', own.name, one?.name ?? name),
        value: word === 'object' ? value : word,
        because: [],
      })),
    );
    // One declaration a feature; what else is there stays foreign.
    return found.slice(0, 1);
  });
}

/** Whether the objects of a server are what this feature makes, and by which declared values. */
function valuesOf({ attributes, seen }: FeatureObject, evidence: Evidence): JsonObject[] {
  const objects = seen ? (evidence.objects.get(seen.command) ?? []) : [];
  return objects.flatMap(object => {
    const value: Record<string, Json> = {};
    for (const [key, expression] of Object.entries(attributes)) {
      const told = seen?.attributes[key];
      const found = told === undefined ? null : evaluate(told, object);
      const hole = /^\{feature\.(\w+)\??\}$/.exec(worded(expression))?.[1];
      const map = seen?.maps?.[key];
      if (hole === undefined && !agrees(expression, found)) return [];
      if (hole !== undefined && map) Object.assign(value, { [hole]: mapOf(map, evidence) });
      else if (hole !== undefined) value[hole] = found;
    }
    const said = Object.entries(value).filter(([, one]) => !isEmptyMap(one));
    return [Object.fromEntries(said)];
  });
}

type MapFacts = NonNullable<NonNullable<FeatureObject['seen']>['maps']>[string];

/** All entries that switch anything on; one that switches nothing on is as if it were not there. */
function mapOf({ command, key, value }: MapFacts, evidence: Evidence): JsonObject {
  const entries = (evidence.objects.get(command) ?? []).map((object): [string, Json] => [
    worded(evaluate(key, object)),
    evaluate(value, object),
  ]);
  return Object.fromEntries(
    entries.filter(([, one]) => isObject(one) && Object.values(one).includes(true)),
  );
}

function agrees(declared: Json, found: Json): boolean {
  return canonical(declared).toLowerCase() === canonical(found).toLowerCase();
}

function isEmptyMap(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

import { isList, isObject, type Json, type JsonObject, type Path } from '../kernel/json.ts';
import type { Draft, DraftDeployment, DraftScenario } from './draft.ts';
import { pruned } from './pruned.ts';

/** Takes what stands at a path of the written topology out of it; nothing where it must stay. */
export function setAsideAt(draft: Draft, path: Path, because: string): Draft | undefined {
  const [section, key, part, name] = path;
  if (section === 'partners' && typeof key === 'number') {
    const written = draft.partners.filter(isWritten)[key];
    return written && { ...draft, partners: without(draft.partners, [written], because) };
  }
  if (section === 'scenarios' && typeof key === 'number') {
    const written = draft.scenarios.filter(isWritten)[key];
    return written && asideOfScenario(draft, written, { part, name, because });
  }
  const deployment = draft.deployments.find(one => section === 'deployments' && one.name === key);
  return deployment && asideOfSettings(draft, deployment, { at: path.slice(2), because });
}

/** Takes the entry or feature that makes a resource out of a draft; nothing where none does. */
export function setAsideOf(draft: Draft, address: string, because: string): Draft | undefined {
  const own = draft.partners.filter(one => isWritten(one) && one.address === address);
  if (own.length > 0) return { ...draft, partners: without(draft.partners, own, because) };
  for (const scenario of draft.scenarios.filter(isWritten)) {
    const { name } = scenario.features.find(one => one.address === address) ?? {};
    if (name !== undefined) {
      return asideOfScenario(draft, scenario, { part: 'features', name, because });
    }
  }
  return undefined;
}

/** Takes all trust of a side out of a draft: what its other resources do not allow. */
export function setTrustAside(draft: Draft, address: string, because: string): Draft | undefined {
  const [, deployment] = address.split('/');
  const all = draft.partners.filter(
    one =>
      isWritten(one) &&
      one.address
        .split('/')
        .slice(1)
        .includes(deployment ?? ''),
  );
  return all.length === 0
    ? undefined
    : { ...draft, partners: without(draft.partners, all, because) };
}

function isWritten({ because }: { readonly because: readonly string[] }): boolean {
  return because.length === 0;
}

function without<One extends { readonly because: readonly string[] }>(
  entries: readonly One[],
  leaving: readonly One[],
  because: string,
): readonly One[] {
  return entries.map(one => (leaving.includes(one) ? { ...one, because: [because] } : one));
}

interface Reason {
  readonly part: Path[number] | undefined;
  readonly name: Path[number] | undefined;
  readonly because: string;
}

/** One of its features, or all of it. */
function asideOfScenario(
  draft: Draft,
  scenario: DraftScenario,
  { part, name, because }: Reason,
): Draft {
  const feature = scenario.features.find(one => part === 'features' && one.name === name);
  const scenarios = feature
    ? draft.scenarios.map(one =>
        one === scenario ? { ...one, features: without(one.features, [feature], because) } : one,
      )
    : without(draft.scenarios, [scenario], because);
  return { ...draft, scenarios };
}

function asideOfSettings(
  draft: Draft,
  deployment: DraftDeployment,
  { at, because }: { readonly at: Path; readonly because: string },
): Draft | undefined {
  const settings = at.length === 0 ? undefined : removed(deployment.settings, at);
  if (settings === undefined) return undefined;
  const aside = [...deployment.aside, { at, because }];
  const deployments = draft.deployments.map(one =>
    one === deployment ? { ...one, settings: pruned(settings) as JsonObject, aside } : one,
  );
  return { ...draft, deployments };
}

/** A value without what stands at a path; nothing where nothing does. */
function removed(value: Json, [step, ...rest]: Path): Json | undefined {
  if (isList(value) && typeof step === 'number' && step in value) {
    if (rest.length === 0) return value.filter((_, at) => at !== step);
    const inner = removed(value[step] ?? null, rest);
    return inner === undefined ? undefined : value.map((one, at) => (at === step ? inner : one));
  }
  if (!isObject(value) || step === undefined || !Object.hasOwn(value, step)) return undefined;
  const { [step]: there = null, ...others } = value;
  if (rest.length === 0) return others;
  const inner = removed(there, rest);
  return inner === undefined ? undefined : { ...value, [step]: inner };
}

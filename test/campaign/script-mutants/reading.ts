import { readFileSync } from 'node:fs';
import { readCatalog } from '../../../src/products/registry.ts';
import { unlistedCalls, unlistedNames, type Bound, type Named } from '../../language/allowed.ts';
import { brokenHabits, missingPreferences } from '../../language/habits.ts';
import { asRequest, type Engine, type Finding } from '../../support/engine.ts';
import type { Place } from './mutants.ts';

const { products } = readCatalog();
const computed = JSON.parse(
  readFileSync(new URL('../../powershell/computed.json', import.meta.url), 'utf8'),
) as Record<string, { name: string }>;

/** Why a script is refused by those who only read it; undefined where nobody refuses it. */
export async function refusedBy(place: Place, engine: Engine): Promise<string | undefined> {
  const { wanted, script, bytes } = place;
  const { deployments } = wanted.rendered.checked.subject.topology;
  const product = products.get(deployments.get(script.split('/')[0] ?? '')?.product ?? '');
  if (!product) throw new Error(`${script} is for no product`);
  const request = { ...asRequest({ name: script, bytes }), level: product.powershell };
  const parsed = await engine.request<{ errors: Finding[]; newer: Finding[] }>('parse', request);
  const names = Object.entries(computed).map(([variable, { name }]) => [variable, name]);
  const bound = await engine.request<{ calls: Bound[]; failures: Finding[] }>('bind', {
    ...request,
    computed: Object.fromEntries(names),
  });
  const named = await engine.request<Named>('types', request);
  const [found] = [
    ...parsed.errors,
    ...parsed.newer,
    ...bound.failures,
    ...unlistedNames(named, product),
  ];
  if (found) return `${found.reason}: ${found.detail}`.slice(0, 200);
  const unlisted = unlistedCalls(
    bound.calls.filter(({ command }) => isBuiltIn(command)),
    product,
  );
  return [
    ...unlisted,
    ...brokenHabits(bound.calls),
    ...missingPreferences(Buffer.from(bytes).toString('latin1')),
  ][0];
}

const documented = JSON.parse(
  readFileSync(new URL('../../powershell/documented.json', import.meta.url), 'utf8'),
) as Record<string, { module?: string }>;

function isBuiltIn(command: string): boolean {
  return documented[command]?.module?.startsWith('Microsoft.PowerShell.') ?? false;
}

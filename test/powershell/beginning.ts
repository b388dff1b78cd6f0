import type { Planned } from '../../src/index.ts';
import type { Rendered, Edit } from '../support/rendered.ts';
import { freshSigning, settled } from './cases.ts';
import { chargeOf } from './declared.ts';
import { estateOf } from './estate.ts';
import { beginWith, take, type Follower, type Moment } from './follow.ts';
import { Office } from './office.ts';
import type { Shell } from './shell.ts';
import type { World } from './world.ts';

/** An hour after the office applied its topology; all certificates of the examples have begun. */
const MORNING = '2026-03-09T13:00:00.0000000Z';

/** A project that was applied, its servers before anybody did a step, and who will do them. */
export interface Beginning {
  readonly office: Office;
  readonly planned: Planned;
  readonly start: Moment;
  readonly follower: Follower;
}

/** Applies an example, edited or not, for servers that know nothing of it yet. */
export async function begin(
  shell: Shell,
  example: string,
  {
    edits = [],
    change = () => undefined,
    pace,
  }: { edits?: readonly Edit[]; change?: (world: World) => void; pace?: number } = {},
): Promise<Beginning> {
  const office = Office.open(example);
  office.edit(edits);
  const planned = await office.apply();
  const rendered = asRendered(planned);
  const world = { ...estateOf(rendered, freshSigning(rendered)), clock: MORNING };
  change(world);
  const start = { world, files: new Map() };
  return { office, planned, start, follower: beginWith({ shell, office, world, pace }) };
}

/** Does all steps of a beginning; the moments before each, and the one after the last. */
export function followed({ follower, start }: Beginning): Promise<readonly Moment[]> {
  return take(follower, follower.runbook.steps, start);
}

/** The moment after the last step. */
export function endOf(moments: readonly Moment[]): Moment {
  const end = moments.at(-1);
  if (!end) throw new Error('no moment');
  return end;
}

/** What comes next in a project: its topology edited, applied, and copied to the same servers. */
export async function goOn(
  { office, follower }: Beginning,
  start: Moment,
  edits: readonly Edit[],
  said: Partial<Pick<Follower, 'agrees' | 'fromAuthority' | 'pace'>> = {},
): Promise<Beginning> {
  office.now = new Date(Date.parse(start.world.clock));
  office.edit(edits);
  const planned = await office.apply();
  const { world } = start;
  const more = { shell: follower.shell, office, world, former: follower };
  const next = beginWith({ ...more, ...said });
  return { office, planned, start, follower: next };
}

/** All of a world that a topology does not declare, without what changes by itself. */
export function foreignIn({ graph, subject }: Planned, world: World): unknown {
  const copy = structuredClone(world);
  for (const resource of graph.resources) {
    const family = subject.installations.get(resource.deployment)?.product.family ?? '';
    if (resource.kind === 'document') continue;
    chargeOf(family, resource, false).withoutOurs(copy);
  }
  return settled(copy);
}

function asRendered(planned: Planned): Rendered {
  return { name: planned.plan.name, checked: planned, proposal: planned, before: [] };
}

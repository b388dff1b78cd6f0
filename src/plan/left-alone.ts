import { foreignObjects, type ForeignObject } from '../evidence/foreign.ts';
import type { Report } from '../kernel/report.ts';
import type { StateEntry } from '../state/snapshot.ts';
import { lookedFor, type Observing } from './looked-for.ts';

/** What stands on a server and is none of the topology. */
export interface LeftAlone {
  readonly deployment: string;
  readonly host: string;
  readonly objects: readonly ForeignObject[];
}

/** All of it, deployment by deployment. */
export function leftAlone(
  observing: Observing,
  recorded: readonly StateEntry[],
): readonly LeftAlone[] {
  const subjects = lookedFor(observing, recorded);
  return [...observing.evidence]
    .map(([deployment, evidence]) => {
      const own = subjects.filter(({ entry }) => entry.deployment === deployment);
      const facts = observing.products.get(deployment)?.foreign ?? [];
      const sought = own.map(one => one.sought);
      const objects = foreignObjects(evidence, facts, sought);
      return { deployment, host: evidence.host, objects };
    })
    .filter(({ objects }) => objects.length > 0);
}

const MOST_NAMES = 20;

/** Tells of it once, so that nobody takes it for managed. */
export function reportLeftAlone(left: readonly LeftAlone[], report: Report): void {
  for (const { deployment, host, objects } of left) {
    const names = objects.map(({ object, name }) => `${object} ${JSON.stringify(name)}`);
    const more = names.length - MOST_NAMES;
    const rest = more > 0 ? `, and ${more} more` : '';
    report.add('evidence/left-alone', {
      detail:
        `${host} holds for ${deployment} what the topology does not declare: ` +
        `${names.slice(0, MOST_NAMES).join(', ')}${rest}`,
      help: 'no plan touches it; declare what is yours to manage',
    });
  }
}

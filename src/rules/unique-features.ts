import { demands, type Demand } from './demands.ts';
import type { Rule } from './rule.ts';

/**
 * A feature that is switched at a deployment is declared once.
 *
 * The switch is one object on the server, whoever the other side is. Two scenarios that set it
 * would take turns.
 */
export const uniqueFeatures: Rule = (subject, report) => {
  const seen = new Map<string, Demand>();
  for (const demand of demands(subject)) {
    if (!isSwitched(demand)) continue;
    const first = seen.get(demand.address);
    if (!first) {
      seen.set(demand.address, demand);
      continue;
    }
    report.add('feature/declared-twice', {
      detail: `${demand.feature} of "${demand.self.deployment.name}" is already declared`,
      help: 'keep it in one scenario; the setting holds for all of them',
      at: demand.at,
      part: 'key',
      address: demand.address,
      related: [{ at: first.at, part: 'key', text: 'first declared here' }],
    });
  }
};

function isSwitched({ facts, value }: Demand): boolean {
  return (typeof value === 'string' ? facts[value] : facts.object) !== undefined;
}

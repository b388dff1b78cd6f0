import type { Report } from '../kernel/report.ts';
import type { Scenario } from '../topology/topology.ts';
import { sidesOf } from './demands.ts';
import type { Rule, Subject } from './rule.ts';

/**
 * A scenario is of a kind that fits its two sides and that we can plan.
 *
 * In the cloud the vendor keeps the trust; between the two worlds there is a token server, with
 * steps of its own.
 */
export const scenarioKinds: Rule = (subject, report) => {
  for (const scenario of subject.topology.scenarios) {
    const [left, right] = scenario.between;
    if (left === right) reportSelf(scenario, report);
    else if (scenario.kind === 'cross-premises') reportNotYet(scenario, report);
    else if (scenario.kind === 'microsoft-365') reportCloud(scenario, subject, report);
  }
};

function reportSelf({ at, between }: Scenario, report: Report): void {
  report.add('scenario/self', {
    detail: `"${between[0]}" is named twice`,
    help: 'name two deployments',
    at: [...at, 'between'],
    address: addressOf(between),
  });
}

function reportNotYet({ at, between }: Scenario, report: Report): void {
  report.add('scenario/not-yet', {
    detail: 'this version plans trust between deployments on-premises only',
    help: 'remove the scenario; hybrid objects that exist on the servers are left alone',
    at: [...at, 'kind'],
    address: addressOf(between),
  });
}

function reportCloud(scenario: Scenario, subject: Subject, report: Report): void {
  const { at, between } = scenario;
  const sides = sidesOf(scenario, subject);
  if (!sides) return;
  const here = sides.filter(({ product }) => !product.cloud);
  const finding = { at: [...at, 'kind'], address: addressOf(between) };
  if (here.length === 0) {
    report.add('scenario/nothing-to-do', {
      ...finding,
      detail: 'both sides are in the cloud, which trusts itself: there is nothing to configure',
      help: 'nothing; the scenario may stay as a record',
    });
    return;
  }
  report.add('scenario/not-in-cloud', {
    ...finding,
    detail: `not in the cloud: ${here.map(({ product }) => product.title).join(', ')}`,
    help: `write "kind: ${here.length === 2 ? 'on-premises' : 'cross-premises'}"`,
  });
}

function addressOf(between: readonly string[]): string {
  return `scenario/${between.join('/')}`;
}

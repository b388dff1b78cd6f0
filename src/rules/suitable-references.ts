import { lookUp } from '../products/expression.ts';
import { pointers } from './known-references.ts';
import type { Rule } from './rule.ts';

/**
 * A setting that follows a deployment finds there what it looks for.
 *
 * The name may be right and the deployment of the wrong kind: then the value we would derive from
 * it is missing, and the server would keep whatever it has.
 */
export const suitableReferences: Rule = (subject, report) => {
  for (const { name, wanted, at, address } of pointers(subject)) {
    const target = subject.topology.deployments.get(name);
    if (!target || lookUp(wanted, target.settings) !== null) continue;
    report.add('settings/unsuitable-reference', {
      detail: `deployment "${name}" declares no ${wanted}, which is what this setting is made from`,
      help: `name a deployment that has ${wanted}, or declare it there`,
      at,
      address,
    });
  }
};

import { pointer } from '../kernel/json.ts';
import type { Rule } from './rule.ts';

/**
 * A topology holds no secrets (R48).
 *
 * It is committed, reviewed and mailed around; what was in it once is known for ever.
 */
export const noSecrets: Rule = ({ topology }, report) => {
  for (const at of topology.secrets) {
    report.add('secret/in-topology', {
      detail: `what stands at ${pointer(at)} looks like a secret`,
      help:
        'remove it and treat the secret as known: change it wherever it is used; ' +
        'passwords are asked when a script or "concordat keys export" needs them',
      at,
      masked: true,
    });
  }
};

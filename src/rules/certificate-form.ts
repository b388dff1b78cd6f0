import { reportForm } from '../products/certificate-form.ts';
import type { Rule } from './rule.ts';

/**
 * A certificate looks as its product makes one (R50).
 *
 * Where setup gives every issuer certificate the same subject and no names, tools find it by that,
 * and another form is a sign that the wrong file was exported.
 */
export const certificateForm: Rule = ({ certificates, installations }, report) => {
  for (const { deployment, use, info, file, at } of certificates) {
    const installation = installations.get(deployment);
    if (!info || !installation || use === 'partner') continue;
    reportForm({ info, what: file, at }, installation, report);
  }
};

import type { Report } from '../kernel/report.ts';
import { placeOf } from './place.ts';
import type { Denial, NegativeResult } from './report.ts';
import type { Stage } from './stage.ts';

/** Reports a token that must be accepted and is not, with the scripts of both sides. */
export function reportRefused(
  { edge, moment, bench, script }: Stage,
  name: string,
  { denial, report }: { readonly denial: Denial; readonly report: Report },
): void {
  const when = moment.when === 'after' ? ` from ${moment.at.toISOString()} on` : '';
  const sources = bench.sender.scripts.join(', ');
  report.add('proof/token-refused', {
    address: edge.address,
    detail:
      `${edge.acceptor} refuses the token "${name}" of ${edge.issuer}${when} by ` +
      `${denial.rule}: ${denial.because}; the token follows ${sources || 'no script'}`,
    help: 'bring the two sides to say the same; nothing that was rendered may be edited by hand',
    ...(script && { place: placeOf(script.path) }),
  });
}

/** Reports a forgery that is accepted, or refused for another reason than it must be. */
export function reportAccepted(
  { edge, script }: Stage,
  { case: name, expected, refused_by }: NegativeResult,
  report: Report,
): void {
  const found = refused_by ? `is refused by ${refused_by}` : 'is accepted';
  report.add('proof/token-accepted', {
    address: edge.address,
    detail: `the forged token "${name}" of ${edge.issuer} ${found}, ${expected} must refuse it`,
    help: 'mend the failures above first; if there is none, do not apply and report this as a bug',
    ...(script && { place: placeOf(script.path) }),
  });
}

import type { Code } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import type { Rule } from './rule.ts';

const HOUR = 3_600_000;

/**
 * A roll takes effect neither too soon nor too late (R11).
 *
 * The next certificate must reach every server before it signs, and must take over before the
 * current one ends; otherwise there are hours in which nothing that is signed is accepted.
 */
export const rollDates: Rule = (subject, report) => {
  const ends = new Map(
    subject.certificates
      .filter(({ use }) => use === 'current')
      .map(({ deployment, info }) => [deployment, info?.notAfter]),
  );
  for (const installation of subject.installations.values()) {
    const { name, certificate } = installation.deployment;
    const { roll, at } = certificate;
    if (!roll) continue;
    const effective = Date.parse(roll.effective);
    const fault = faultOf(installation, { effective, end: ends.get(name), now: subject.now });
    if (!fault) continue;
    report.add(fault.code, {
      detail: fault.detail,
      help: fault.help,
      at: [...at, 'roll', 'effective'],
      address: `certificate/${name}`,
    });
  }
};

interface Fault {
  readonly code: Code;
  readonly detail: string;
  readonly help: string;
}

interface Moment {
  readonly effective: number;
  /** When the certificate in use ends, if its file was read. */
  readonly end: string | undefined;
  readonly now: Date;
}

function faultOf({ product }: Installation, { effective, end, now }: Moment): Fault | undefined {
  const { leadHours, beforeEndHours } = product.certificate.roll;
  const latest = end === undefined ? Infinity : Date.parse(end) - beforeEndHours * HOUR;
  const earliest = now.getTime() + leadHours * HOUR;
  if (effective > latest) {
    return {
      code: 'certificate/roll-too-late',
      detail: `the certificate in use ends at ${end ?? ''}`,
      help: `write ${hour(latest, Math.floor)} or earlier, ${beforeEndHours} hours before that end`,
    };
  }
  if (effective <= now.getTime()) {
    return {
      code: 'certificate/roll-passed',
      detail: 'the next certificate has been in effect since then',
      help: 'when every partner has it, remove "roll": "public" is then simply the certificate',
    };
  }
  if (effective >= earliest) return undefined;
  return {
    code: 'certificate/roll-too-soon',
    detail: `${product.title} needs ${leadHours} hours to bring a certificate to every server`,
    help:
      `write ${hour(earliest, Math.ceil)} or later; ` +
      'if it was staged in time and only waits, a waiver until that day says so',
  };
}

/** A full hour: nobody wants to type seconds. */
function hour(time: number, round: (hours: number) => number): string {
  return new Date(round(time / HOUR) * HOUR).toISOString().replace('.000Z', 'Z');
}

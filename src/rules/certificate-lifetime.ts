import type { Rule } from './rule.ts';

const DAYS: Readonly<Record<string, number>> = { D: 1, W: 7, M: 30, Y: 365 };
const LEAST_DAYS = 90;

/**
 * A certificate for production lives long enough to be replaced in peace.
 *
 * The warning comes 60 days before the end, and a roll takes days; a shorter lifetime would be
 * overdue from its first day on. In a lab short lifetimes show a roll within an afternoon.
 */
export const certificateLifetime: Rule = ({ topology }, report) => {
  if (topology.environment === 'lab') return;
  for (const { name, certificate } of topology.deployments.values()) {
    const { lifetime, at } = certificate;
    if (lifetime === undefined || daysOf(lifetime) >= LEAST_DAYS) continue;
    report.add('certificate/lifetime-short', {
      detail: `${lifetime} is less than ${LEAST_DAYS} days`,
      help: `write P${LEAST_DAYS}D or more, or "environment: lab" if this is one`,
      at: [...at, 'lifetime'],
      address: `certificate/${name}`,
    });
  }
};

function daysOf(duration: string): number {
  const [, count = '0', unit = 'D'] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  return Number(count) * (DAYS[unit] ?? 1);
}

import type { Code, Finding, Report } from '../kernel/report.ts';

/** What is wrong with a file, before there is a path to speak of. */
export interface Fault extends Finding {
  readonly code: Code;
}

/** Passes faults on to a report. */
export function addFaults(report: Report, faults: readonly Fault[]): void {
  for (const { code, ...finding } of faults) report.add(code, finding);
}

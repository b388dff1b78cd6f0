import type { MutationReport, ProofReport } from '../../index.ts';

const FORMAT = '1.0';

/** A proof for machines. */
export function jsonProof(report: ProofReport): string {
  return JSON.stringify({ format_version: FORMAT, ...report }, null, 2) + '\n';
}

/** What became of every alteration, for machines. */
export function jsonMutations(report: MutationReport): string {
  return JSON.stringify({ format_version: FORMAT, ...report }, null, 2) + '\n';
}

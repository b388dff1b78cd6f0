import {
  EXIT,
  missingApprovals,
  Refusal,
  type Missing,
  type Plan,
  type Planned,
} from '../index.ts';
import type { CommonOptions } from './command.ts';
import { flagsFor } from './grant-flags.ts';
import type { Terminal } from './terminal.ts';

/** What `concordat apply` takes. */
export interface ApplyOptions extends CommonOptions {
  readonly plan?: string;
  readonly from?: readonly string[];
  readonly autoApprove?: boolean;
  readonly allowWidening?: string;
  readonly allowMassChange?: string;
}

/** Refuses a plan that nobody has approved: neither the options nor, where one is, a person. */
export async function approve(
  { plan }: Planned,
  options: ApplyOptions,
  terminal: Terminal,
): Promise<void> {
  if (plan.checksum === null) return;
  const missing = await missingApprovals(plan, {
    autoApprove: options.autoApprove ?? false,
    allowWidening: options.allowWidening,
    allowMassChange: options.allowMassChange,
  });
  if (missing.length === 0) return;
  if (!terminal.interactive) throw unapproved(plan.checksum, missing, options);
  if (!(await agrees(plan, missing, terminal))) throw unapproved(plan.checksum, missing, options);
}

/** A person at a terminal says yes to each in turn, to what weighs more by another word. */
async function agrees(
  plan: Plan,
  missing: readonly Missing[],
  terminal: Terminal,
): Promise<boolean> {
  const says = async (question: string, answer: string) =>
    (await terminal.ask(question)).trim() === answer;
  if (!(await says(`type the topology's name (${plan.name}) to approve: `, plan.name)))
    return false;
  if (missing.includes('mass-change')) {
    const start = plan.checksum?.slice(0, 8) ?? '';
    terminal.err(`this is much at once:\n${list(plan.mass_change.map(({ text }) => text))}`);
    if (!(await says('type the first eight characters of the checksum: ', start))) return false;
  }
  if (!missing.includes('widening')) return true;
  const edges = plan.trust.edges.filter(({ reading }) => reading === 'widens');
  terminal.err(`this widens trust:\n${list(edges.map(({ address }) => address))}`);
  return says('type "widen" to let them in: ', 'widen');
}

function list(texts: readonly string[]): string {
  return texts.map(text => `  ${text}\n`).join('');
}

/** Why an approval is missing. */
const LACKS: Readonly<Record<Missing, string>> = {
  confirmation: 'nobody is here to confirm the plan',
  widening: 'the plan widens trust',
  hazard: 'the plan warns of what cannot simply be taken back',
  'mass-change': 'the plan changes very much at once',
};

function unapproved(checksum: string, missing: readonly Missing[], options: ApplyOptions): Refusal {
  // What was granted already is asked for again: the next command must stand alone.
  const granted: Missing[] = [
    ...(options.allowWidening === checksum ? (['widening'] as const) : []),
    ...(options.allowMassChange === checksum ? (['mass-change'] as const) : []),
  ];
  const flags = flagsFor([...granted, ...missing], checksum);
  const help = `when it has been reviewed: ${applyCommand(options, flags)}`;
  const detail = missing.map(one => LACKS[one]).join(', and ');
  return new Refusal('plan/unapproved', { detail, help }, EXIT.unapproved);
}

/** The command that does the same again, with the same approvals unless others are given. */
export function applyCommand(options: ApplyOptions, grants = grantsIn(options)): string {
  const { topology, plan, from, artifacts, passphraseFile } = options;
  const named = { plan, from, artifacts, 'passphrase-file': passphraseFile };
  const words = Object.entries(named).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap(one => [`--${name}`, one]),
  );
  return ['concordat', 'apply', topology ?? [], words, grants].flat().join(' ');
}

function grantsIn({ autoApprove, allowWidening, allowMassChange }: ApplyOptions): string[] {
  return [
    ...(autoApprove ? ['--auto-approve'] : []),
    ...(allowWidening === undefined ? [] : flagsFor(['widening'], allowWidening)),
    ...(allowMassChange === undefined ? [] : flagsFor(['mass-change'], allowMassChange)),
  ];
}

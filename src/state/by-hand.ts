import { readAddress } from '../kernel/address.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import { isMisleading } from '../topology/characters.ts';
import { STATE_FORMAT } from './codec.ts';
import { rename } from './rename.ts';
import type { HandEntry, Snapshot, StateEntry } from './snapshot.ts';

/** What a person says of one resource, and why it is believed without a receipt. */
export interface Word {
  readonly address: string;
  readonly reason: string;
  readonly at: Date;
}

const REMEMBERED = 100;
const LONGEST = 500;
const SEVERAL_LINES = /[\t\r\n]/;

/** Takes a resource for made, or its removal for done; the state itself where it is so already. */
export function confirmed(snapshot: Snapshot, word: Word): Snapshot {
  const entry = entryOf(snapshot, word);
  if (entry.standing === 'removing') return without(snapshot, entry, { ...word, did: 'confirm' });
  if (entry.standing !== 'rendered') return snapshot;
  const { claim: _claimed, ...known } = entry;
  const made: StateEntry = { ...known, standing: 'deployed', since: instant(word.at) };
  const resources = snapshot.resources.map(one => (one === entry ? made : one));
  return noted({ ...snapshot, resources }, { ...word, did: 'confirm' });
}

/** Forgets a resource and the edge that it carries; nothing is removed from any server. */
export function forgotten(snapshot: Snapshot, word: Word): Snapshot {
  return without(snapshot, entryOf(snapshot, word), { ...word, did: 'rm' });
}

/** Calls a resource otherwise, and the edge that it carries; no server is touched. */
export function called(
  snapshot: Snapshot,
  { to = '', ...word }: Word & { readonly to?: string },
): Snapshot {
  const entry = entryOf(snapshot, word);
  const target = readAddress(to);
  if (target?.kind !== entry.kind) {
    const help = `write an address such as ${entry.kind}/… behind it`;
    throw refuse('state/address', `${JSON.stringify(to)} is no address of its kind`, help);
  }
  if (entry.kind === 'certificate' && entry.held === 'here') {
    const help = 'keep the name of the deployment';
    throw refuse('state/address', `the key of ${entry.address} is sealed under that address`, help);
  }
  const { snapshot: next, taken } = rename(snapshot, [{ from: word.address, to }]);
  if (taken.length > 0) {
    throw refuse('state/address', `the state holds ${to} already`, 'forget one of them first');
  }
  return noted(next, { ...word, did: 'mv', to });
}

type Deed = Word & Pick<HandEntry, 'did' | 'to'>;

function without(snapshot: Snapshot, entry: StateEntry, deed: Deed): Snapshot {
  const resources = snapshot.resources.filter(one => one !== entry);
  const edge = entry.address.replace(/^partner\//, 'edge/');
  const edges = snapshot.edges.filter(({ address }) => address !== edge);
  return noted({ ...snapshot, resources, edges }, deed);
}

function noted(snapshot: Snapshot, { did, address, to, reason, at }: Deed): Snapshot {
  const serial = snapshot.serial + 1;
  const where = { address, ...(to !== undefined && { to }) };
  const entry: HandEntry = { serial, at: instant(at), did, ...where, reason: reason.trim() };
  const by_hand = [...snapshot.by_hand, entry].slice(-REMEMBERED);
  return { ...snapshot, format_version: STATE_FORMAT, as_of: entry.at, serial, by_hand };
}

function entryOf(snapshot: Snapshot, { address, reason }: Word): StateEntry {
  const fault = faultOf(reason);
  if (fault !== undefined) {
    const help = `say in one line of at most ${LONGEST} characters how you know: --reason "…"`;
    throw refuse('state/reason', `the reason ${fault}`, help);
  }
  return resourceOf(snapshot, address);
}

/** What keeps the next reader from learning why. */
function faultOf(reason: string): string | undefined {
  if (reason.trim() === '') return 'is empty';
  if (reason.length > LONGEST) return `is ${reason.length} characters long`;
  if (SEVERAL_LINES.test(reason)) return 'holds a tab or more than one line';
  return isMisleading(reason) ? 'holds a character that is not shown' : undefined;
}

/** What is recorded of a resource; refuses an address that the state does not hold. */
export function resourceOf(snapshot: Snapshot, address: string): StateEntry {
  const entry = snapshot.resources.find(one => one.address === address);
  if (entry) return entry;
  const known = snapshot.resources.map(one => one.address).sort(byCodeUnit);
  const help = known.length === 0 ? 'apply first' : `it knows ${known.join(', ')}`;
  throw refuse('state/unknown-address', `the state holds no ${JSON.stringify(address)}`, help);
}

function instant(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

function refuse(code: Code, found: string, help: string): Refusal {
  return new Refusal(code, { detail: `${found}; nothing was changed`, help }, EXIT.invalid);
}

import type { Path } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import type { Graph } from '../graph/resource.ts';
import { withLines } from '../rules/wording.ts';
import type { StateEntry } from '../state/snapshot.ts';
import type { Topology } from '../topology/topology.ts';
import type { Change } from './plan.ts';
import type { Recalled } from './recall.ts';

/** What is judged: the changes, and what they were computed from. */
export interface Judged {
  readonly graph: Graph;
  readonly recalled: Recalled;
  readonly moves: Topology['moved'];
  readonly changes: readonly Change[];
}

/** Errors that show only beside the recorded state. The plan is shown, and cannot be applied. */
export function reportFindings(judged: Judged, report: Report): void {
  reportMoves(judged, report);
  reportProtected(judged, report);
}

/** Letting go by name is meant: nothing is destroyed by it. */
const MEANT: ReadonlySet<string> = new Set(['not-declared/released', 'not-declared/moved']);

function reportProtected({ graph, recalled, changes }: Judged, report: Report): void {
  const entries = entriesOf(recalled);
  const declared = new Map<string, Path>(graph.resources.map(one => [one.address, one.at]));
  for (const { address, actions, because } of changes) {
    const goes = actions[0] === 'delete' || actions[0] === 'forget';
    if (!goes || !entries.get(address)?.protect || MEANT.has(because[0]?.code ?? '')) continue;
    const at = declared.get(address);
    const deed = at ? 'replace it' : actions[0] === 'delete' ? 'remove it' : 'let it go';
    report.add('plan/protected', {
      detail: `${address} is protected, and this plan would ${deed}`,
      help: at
        ? 'take the change back; or apply it without `protect` first, and then make the change'
        : withLines(
            'declare it again; or declare it without `protect`, apply, and delete it then; or, ' +
              'where it shall stay on its server, write',
            ['removed:', `  - { from: ${address}, destroy: false }`],
          ),
      address,
      ...(at && { at }),
    });
  }
}

function reportMoves({ graph, recalled, moves }: Judged, report: Report): void {
  const declared = new Set<string>(graph.resources.map(({ address }) => address));
  const entries = entriesOf(recalled);
  const leaves = (address: string): boolean =>
    recalled.released.some(subject => address === subject || address.split('/')[1] === subject);
  for (const address of recalled.taken) {
    report.add('moved/taken', {
      detail: `${address} would be two of the recorded resources at once`,
      help: 'keep one of them: concordat state list shows both; then correct `moved`',
      address,
    });
  }
  const reported = new Set<unknown>();
  for (const [address, former] of recalled.former) {
    const entry = entries.get(address);
    const move = moves.find(({ from }) => from === former) ?? moves.find(one => names(one, former));
    const where = { address, ...(move && { at: [...move.at, 'to'] }) };
    if (!declared.has(address) && !leaves(address) && entry?.standing !== 'removing') {
      // One slip of the pen is one error, however much is recorded under that name.
      if (move && reported.has(move)) continue;
      reported.add(move);
      report.add('moved/nowhere', {
        detail: `${former} is recorded, and the topology does not declare ${address}`,
        help: 'correct `to`; or, if it shall go, delete this entry of `moved` and apply',
        ...where,
      });
    } else if (entry?.kind === 'certificate' && entry.held === 'here') {
      report.add('moved/key', {
        detail: `the key of ${former} was made here and is sealed under that address`,
        help: 'keep the name of the deployment; another key would have to be learned by partners',
        ...where,
      });
    }
  }
}

function entriesOf({ snapshot }: Recalled): Map<string, StateEntry> {
  return new Map((snapshot?.resources ?? []).map(entry => [entry.address, entry]));
}

function names({ from }: { readonly from: string }, address: string): boolean {
  return !from.includes('/') && address.split('/').slice(1).includes(from);
}

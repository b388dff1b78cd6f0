import {
  block,
  code,
  isChange,
  isEmpty,
  isError,
  missingApprovals,
  table,
  type Change,
  type Plan,
} from '../../index.ts';
import { flagsFor } from '../grant-flags.ts';
import { changeLines } from './change-diff.ts';
import { humanDiagnostics } from './diagnostics-human.ts';
import { clipped, COMMENT, folded, marker, PLAIN } from './markdown-parts.ts';
import { count, edgeWords, markOf, outline, unknown } from './plan-human.ts';
import { joinWithin, type Section } from './within.ts';

const SOONEST = 5;
const DAY = 86_400_000;

/**
 * A plan as a comment of a pull request: first what a reviewer must see, last what may be cut.
 * Foreign text stands only in code spans and fences, so that all around it is always ours.
 */
export async function markdownPlan(plan: Plan, files = ''): Promise<string> {
  const changes = plan.changes.filter(isChange);
  const sections = [
    title(plan),
    warnings(plan, changes),
    changeTable(changes),
    trust(plan),
    hazards(changes),
    awaiting(plan),
    certificates(plan),
    folded('Every attribute', 'diff', {
      lines: changes.flatMap(changeLines),
      cut: { order: 1, what: 'lines of attributes' },
    }),
    folded('Every file', 'diff', {
      lines: files === '' ? [] : files.split('\n'),
      cut: { order: 0, what: 'lines of files' },
    }),
    diagnostics(plan),
    await footer(plan),
  ];
  return joinWithin(sections, COMMENT);
}

function title(plan: Plan): Section {
  const sum = plan.checksum === null ? unknown(plan) : `Checksum ${code(plan.checksum)}.`;
  return {
    lines: [
      marker(plan.name),
      `## Concordat plan of ${code(plan.name)}: ${verdict(plan)}`,
      '',
      `${outline(plan)} ${sum}`,
      '',
    ],
  };
}

function verdict(plan: Plan): string {
  if (plan.diagnostics.some(isError)) return 'refused';
  if (!plan.complete) return 'a preview, which cannot be applied';
  if (isEmpty(plan)) return 'nothing to do';
  return { widens: 'widens trust', narrows: 'narrows trust', same: 'trust stays as it is' }[
    plan.trust.reading
  ];
}

/** What nobody may overlook. */
function warnings(plan: Plan, changes: readonly Change[]): Section {
  const {
    trust: { edges },
    mass_change,
  } = plan;
  const widened = edges.filter(({ reading }) => reading === 'widens').length;
  const deleted = changes.filter(({ actions }) => actions[0] === 'delete').length;
  const warned = changes.flatMap(one => one.hazards).filter(one => one.severity === 'warning');
  const lines = [
    ...plan.diagnostics.filter(isError).map(one => `**Refused:** ${code(clipped(one.detail))}`),
    ...(widened > 0
      ? [`**Widens trust:** ${count(widened, 'edge')} let in what was not let in before.`]
      : []),
    ...(deleted > 0 ? [`**Deletes:** ${count(deleted, 'object')} of the record.`] : []),
    ...(warned.length > 0
      ? [`**Cannot simply be taken back:** ${count(warned.length, 'warning')}, see hazards.`]
      : []),
    ...mass_change.map(({ text }) => `**Much at once:** ${code(clipped(text))}`),
  ];
  return {
    head: ['> [!CAUTION]'],
    lines: lines.map(line => `> - ${line}`),
    tail: [''],
    cut: { order: 9, what: 'warnings' },
  };
}

function changeTable(changes: readonly Change[]): Section {
  const rows = changes.map(change => [
    `${code(markOf(change).sign)} ${markOf(change).will}`,
    code(change.address),
    change.because.map(({ text }) => code(clipped(text))).join('; '),
  ]);
  const lines = table(['Action', 'Address', 'Why'], rows).slice(1, -1);
  return {
    head: lines.slice(0, 2),
    lines: lines.slice(2),
    tail: [''],
    cut: { order: 2, what: 'changes' },
  };
}

function trust({ trust: { edges } }: Plan): Section {
  const changed = edges.filter(({ reading }) => reading !== 'same');
  return list('Trust', {
    lines: changed.map(edge => `- **${edge.reading}** ${code(clipped(edgeWords(edge)))}`),
    cut: { order: 8, what: 'edges' },
  });
}

function hazards(changes: readonly Change[]): Section {
  const lines = changes.flatMap(({ address, hazards: found }) =>
    found.map(({ severity, text }) => `- **${severity}** ${code(address)} ${code(clipped(text))}`),
  );
  return list('Hazards', { lines, cut: { order: 7, what: 'hazards' } });
}

function awaiting(plan: Plan): Section {
  const lines = plan.awaiting.map(({ address, script }) => `- ${code(address)} ${code(script)}`);
  return list('Rendered, and no receipt has come back yet', {
    lines,
    cut: { order: 4, what: 'awaited receipts' },
  });
}

function certificates({ certificates: all, clock }: Plan): Section {
  const soonest = [...all].sort((a, b) => Date.parse(a.not_after) - Date.parse(b.not_after));
  const lines = soonest.slice(0, SOONEST).map(({ address, not_after, subject }) => {
    const days = Math.floor((Date.parse(not_after) - Date.parse(clock)) / DAY);
    const when = `${code(not_after.slice(0, 10))} (${count(days, 'day')} left)`;
    return `- ${when} ${code(address)} ${code(clipped(subject))}`;
  });
  const more = all.length - lines.length;
  return list('Certificates that end soonest', {
    lines: more > 0 ? [...lines, `- ${more} more end later.`] : lines,
    cut: { order: 6, what: 'certificates' },
  });
}

function list(heading: string, { lines, cut }: Section): Section {
  return { head: [`### ${heading}`, ''], lines, tail: [''], ...(cut && { cut }) };
}

/** Without the sources of the topology, so that a saved plan gives the same comment. */
function diagnostics({ diagnostics: found }: Plan): Section {
  const text = humanDiagnostics(found, new Map(), PLAIN);
  return folded('Diagnostics', 'text', {
    lines: text === '' ? [] : text.trimEnd().split('\n'),
    cut: { order: 3, what: 'lines of diagnostics' },
  });
}

async function footer(plan: Plan): Promise<Section> {
  return { lines: ['---', '', madeFrom(plan), ...(await toApply(plan))] };
}

function madeFrom({ tool, clock, serial, lineage, digests }: Plan): string {
  const short = (sum: string): string => code(sum.slice(0, 12));
  const [first] = digests.topology;
  const others = digests.topology.length - 1;
  const state = lineage === null ? 'no recorded state' : `state serial ${serial}`;
  return [
    `Made by Concordat ${code(tool)} as of ${code(clock)} from`,
    first ? `${code(clipped(first.file))} (${short(first.sha256)}),` : 'no file,',
    ...(others > 0 ? [`${count(others, 'further file')},`] : []),
    `${state}${digests.state === null ? '' : ` (${short(digests.state)})`},`,
    `${count(digests.evidence.length, 'certificate')}, templates ${short(digests.templates)}.`,
  ].join(' ');
}

async function toApply(plan: Plan): Promise<readonly string[]> {
  if (plan.checksum === null || isEmpty(plan)) return [];
  const grants = { autoApprove: false, allowWidening: undefined, allowMassChange: undefined };
  const flags = flagsFor(await missingApprovals(plan, grants), plan.checksum);
  const words = ['concordat', 'apply', ...topologyWord(plan), ...flags];
  return [
    '',
    'When it has been reviewed, in the folder of the topology:',
    ...block([words.join(' ')], 'sh').slice(0, -1),
  ];
}

/** The argument that names the topology, where it is not the one that is taken without any. */
function topologyWord({ digests: { topology } }: Plan): string[] {
  const [first] = topology;
  const [path = '', ...below] = first?.file.split('/') ?? [];
  if (path === (below.length > 0 ? 'topology' : 'topology.yaml')) return [];
  const plain = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(path);
  return [plain ? path : `'./${path.replaceAll("'", "'\\''")}'`];
}

import { edgeAddress, type EdgeAddress } from '../kernel/address.ts';
import type { Report } from '../kernel/report.ts';
import type { Partner } from '../topology/topology.ts';
import { demands, type Demand } from './demands.ts';
import { doubtsOf } from './doubts.ts';
import { partnersByEdge } from './partners.ts';
import type { Rule } from './rule.ts';
import { withLines, yamlWord, yamlWords } from './wording.ts';

/**
 * A feature has the trust it rests on (R31).
 *
 * Without it the feature is switched on and does nothing, or half of it works. What is missing is
 * printed as the lines to add, never added silently.
 */
export const featuresTrusted: Rule = (subject, report) => {
  const partners = partnersByEdge(subject);
  const none = subject.topology.partners.length === 0;
  const doubts = doubtsOf(subject).partners;
  const scenarios = new Map<object, Demand[]>();
  for (const demand of demands(subject)) {
    reportDisabled(demand, partners, report);
    if (demand.scenario.between.some(name => doubts.has(name))) continue;
    const missing = demand.edges.some(edge => !partners.has(edge));
    if (missing) append(scenarios, demand);
  }
  for (const lacking of scenarios.values()) reportMissing(lacking, { partners, none }, report);
};

function append(scenarios: Map<object, Demand[]>, demand: Demand): void {
  const list = scenarios.get(demand.scenario) ?? [];
  scenarios.set(demand.scenario, [...list, demand]);
}

interface Present {
  readonly partners: ReadonlyMap<EdgeAddress, Partner>;
  /** Whether there is no `partners` key to add lines to. */
  readonly none: boolean;
}

/** One finding a scenario: all its features, all lines they need together. */
function reportMissing(lacking: readonly Demand[], { partners, none }: Present, report: Report) {
  const [first] = lacking;
  if (!first) return;
  const edges = new Set(lacking.flatMap(({ edges }) => edges).filter(edge => !partners.has(edge)));
  const features = lacking.map(({ feature }) => feature).join(', ');
  report.add('feature/needs-trust', {
    detail:
      `${features} ${lacking.length === 1 ? 'needs' : 'need'} a trust that is not declared: ` +
      [...edges].map(describe).join(', and '),
    help: withLines(
      none ? 'add these lines' : 'add this to "partners"',
      linesFor(first.scenario.between, edges, none),
    ),
    at: first.at,
    part: 'key',
    address: first.address,
  });
}

function describe(edge: EdgeAddress): string {
  const [, acceptor = '', issuer = ''] = edge.split('/');
  return `"${acceptor}" must accept the tokens of "${issuer}"`;
}

/** The partner entries that declare some directions between two deployments. */
function linesFor(
  [left, right]: readonly [string, string],
  edges: ReadonlySet<EdgeAddress>,
  none: boolean,
): string[] {
  const both = edges.has(edgeAddress(left, right)) && edges.has(edgeAddress(right, left));
  const [edge = ''] = edges;
  const [, acceptor = '', issuer = ''] = edge.split('/');
  const entry = both
    ? `- { mutual: ${yamlWords([left, right])} }`
    : `- { acceptor: ${yamlWord(acceptor)}, issuer: ${yamlWord(issuer)} }`;
  return none ? ['partners:', `  ${entry}`] : [entry];
}

function reportDisabled(
  demand: Demand,
  partners: ReadonlyMap<EdgeAddress, Partner>,
  report: Report,
): void {
  for (const edge of demand.edges) {
    const partner = partners.get(edge);
    if (!partner || partner.enabled) continue;
    report.add('feature/trust-disabled', {
      detail: `${demand.feature} needs ${edge}, which is declared and disabled`,
      help: 'remove "enabled: false" from the partner, or remove the feature',
      at: demand.at,
      part: 'key',
      address: demand.address,
      related: [{ at: [...partner.at, 'enabled'], text: 'disabled here' }],
    });
  }
}

import { edgeAddress } from '../kernel/address.ts';
import type { Report } from '../kernel/report.ts';
import type { Catalog, FeatureFacts } from '../products/product.ts';
import type { Scenario } from '../topology/topology.ts';
import { demands } from './demands.ts';
import { doubtsOf } from './doubts.ts';
import { directions, partnersByEdge, type Direction } from './partners.ts';
import type { Rule } from './rule.ts';
import { withLines, yamlWord, yamlWords } from './wording.ts';

/**
 * A feature that starts by itself is declared before the trust that starts it (R86).
 *
 * As soon as both sides accept each other it begins to move the data of every user, and the way
 * back is long. Saying nothing is not an answer: on or off.
 */
export const featuresDeclared: Rule = (subject, report) => {
  const partners = partnersByEdge(subject);
  const doubts = doubtsOf(subject).scenarios;
  const settled = settledFeatures(demands(subject));
  const scenarios = new Map(
    subject.topology.scenarios.map(one => [pairOf(...one.between), one] as const),
  );
  const none = scenarios.size === 0;
  const starting = startingByItself(subject.catalog);
  for (const direction of directions(subject)) {
    const { acceptor: self, issuer: other, partner } = direction;
    if (!starting.get(self.product.id)?.length) continue;
    const back = partners.get(edgeAddress(partner.issuer, partner.acceptor));
    if (!partner.enabled || !back?.enabled || partner.acceptor === partner.issuer) continue;
    if (doubts.has(partner.acceptor) || doubts.has(partner.issuer)) continue;
    for (const feature of starting.get(self.product.id) ?? []) {
      if (!feature.facts.with.includes(other.product.family)) continue;
      const own = `${partner.acceptor} ${feature.name}`;
      if (settled.has(own) || settled.has(`${own} ${partner.issuer}`)) continue;
      const scenario = scenarios.get(pairOf(partner.acceptor, partner.issuer));
      reportSilence(direction, { feature, scenario, none }, report);
    }
  }
};

/** Declared for a pair; or off, which holds for everyone at that deployment. */
function settledFeatures(declared: ReturnType<typeof demands>): Set<string> {
  return new Set(
    declared.map(({ self, other, feature, value }) => {
      const own = `${self.deployment.name} ${feature}`;
      return value === 'off' ? own : `${own} ${other.deployment.name}`;
    }),
  );
}

interface Starting {
  readonly name: string;
  readonly facts: FeatureFacts;
}

function startingByItself({ products }: Catalog): Map<string, Starting[]> {
  const found = [...products.values()].map(({ id, features }) => {
    const own = Object.entries(features).map(([name, facts]) => ({ name, facts }));
    return [id, own.filter(({ facts }) => facts.startsByItself)] as const;
  });
  return new Map(found);
}

function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

interface Silence {
  readonly feature: Starting;
  /** The scenario of the two, if there is one. */
  readonly scenario: Scenario | undefined;
  /** Whether there is no `scenarios` key to add lines to. */
  readonly none: boolean;
}

function reportSilence(
  { partner, address }: Direction,
  { feature: { name, facts }, scenario, none }: Silence,
  report: Report,
): void {
  const sides = [partner.acceptor, partner.issuer];
  const entry = `- { kind: on-premises, between: ${yamlWords(sides)}, features: { ${name}: off } }`;
  report.add('feature/undeclared', {
    detail:
      `"${sides.join('" and "')}" trust each other, so ${facts.title.toLowerCase()} starts by ` +
      'itself for every user, and nothing here says whether it shall',
    help: scenario
      ? withLines(`add one of these to the features between ${sides.join(' and ')}`, [
          `${yamlWord(name)}: off`,
          `${yamlWord(name)}: on`,
        ])
      : withLines(
          `add ${none ? 'these lines' : 'this to "scenarios"'}, with "off" or "on"`,
          none ? ['scenarios:', `  ${entry}`] : [entry],
        ),
    at: scenario?.at ?? partner.at,
    address,
    ...(scenario && { related: [{ at: partner.at, text: 'the trust that starts it' }] }),
  });
}

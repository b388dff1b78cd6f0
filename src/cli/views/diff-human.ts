import type { Comparison, Difference } from '../../index.ts';
import { attributes, show, trust, type PlanStyle } from './plan-human.ts';

type Resource = Comparison['resources'][number];

/** The sign of each difference. */
export const SIGNS: Readonly<Record<Difference | 'moved', string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  moved: '>',
};

/** What differs, for a person; the last line says what it comes to. */
export function humanComparison(comparison: Comparison, style: PlanStyle): string {
  const { facts, resources, files } = comparison;
  const blocks = [
    facts.map(one => `  ${one.name}: ${show(one.before)} -> ${show(one.after)}`).join('\n'),
    ...resources.map(one => resource(one, style)),
    trust(comparison, style),
    files.length === 0 ? '' : ['Files:', ...fileLines(comparison)].join('\n'),
    summary(comparison),
  ];
  return blocks.filter(block => block !== '').join('\n\n') + '\n';
}

function resource(one: Resource, { colors, width }: PlanStyle): string {
  const { address, difference, before, after } = one;
  const head = colors.bold(`  # ${address} ${difference}`);
  const notes = noteWords(one).map(words => `  # ${words}`);
  const body =
    difference === 'moved' ? [] : attributes({ before, after, after_unknown: [] }, width);
  return [head, ...notes, `  ${SIGNS[difference]} ${address}`, ...body].join('\n');
}

/** What differs beside attributes: its name, its protection, what two plans do about it. */
export function noteWords(one: Resource): string[] {
  const { previous_address: was, actions } = one;
  return [
    ...(was === undefined ? [] : [`was ${was}`]),
    ...protectionWords(one),
    ...(actions ? [actionWords(actions)] : []),
  ];
}

function protectionWords({ protect, difference }: Resource): string[] {
  if (!protect) return [];
  if (difference === 'added') return ['protected'];
  if (difference === 'removed') return ['was protected'];
  const words = (one: boolean | null): string =>
    one === null ? 'protection as recorded' : one ? 'protected' : 'not protected';
  return [`${words(protect.before)} -> ${words(protect.after)}`];
}

/** What the two plans do about a resource. */
function actionWords({ before, after }: NonNullable<Resource['actions']>): string {
  const words = (actions: readonly string[]): string => actions.join(' and ') || 'nothing';
  return `${words(before)} -> ${words(after)}`;
}

/** Files that are written otherwise, one a line. */
export function fileLines({ files }: Comparison): string[] {
  return files.map(({ path, difference }) => `  ${SIGNS[difference]} ${path}`);
}

/** What it comes to, in one sentence. */
export function summary({ facts, resources, trust: { reading }, files }: Comparison): string {
  if (resources.length === 0 && reading === 'same' && files.length === 0) {
    return facts.length === 0
      ? 'This changes nothing: the same resources, the same trust.'
      : 'The same resources, the same trust, the same files.';
  }
  const what = counted(resources, {
    added: 'added',
    changed: 'changed',
    moved: 'moved',
    removed: 'removed',
  });
  const written = counted(files, { added: 'new', changed: 'written otherwise', removed: 'gone' });
  return [
    `Resources: ${what}.`,
    ...protections(resources),
    `Trust: ${reading}.`,
    `Files: ${written}.`,
  ].join(' ');
}

/** How many differ in which way, each in its own words. */
function counted<Way extends string>(
  things: readonly { readonly difference: Way }[],
  words: Readonly<Record<Way, string>>,
): string {
  const ways = Object.keys(words) as Way[];
  const counts = ways
    .map(way => [things.filter(one => one.difference === way).length, words[way]] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`);
  return counts.join(', ') || 'the same';
}

/** To lift a protection is no small thing, though nothing is done to any server by it. */
function protections(resources: readonly Resource[]): string[] {
  const begun = resources.filter(({ protect }) => protect?.after === true).length;
  const lifted = resources.filter(
    ({ protect, difference }) =>
      protect?.after === false || (difference === 'removed' && protect?.before === true),
  ).length;
  const words = [
    ...(begun > 0 ? [`${begun} begun`] : []),
    ...(lifted > 0 ? [`${lifted} lifted`] : []),
  ];
  return words.length > 0 ? [`Protection: ${words.join(', ')}.`] : [];
}

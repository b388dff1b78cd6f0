import type { Comparison, Difference } from '../../index.ts';
import { attributes, count, show, trust, type PlanStyle } from './plan-human.ts';

type Resource = Comparison['resources'][number];

/** The sign of each difference. */
export const SIGNS: Readonly<Record<Difference, string>> = {
  added: '+',
  removed: '-',
  changed: '~',
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
  const { address, difference, before, after, actions } = one;
  const head = colors.bold(`  # ${address} ${difference}`);
  const does = actions ? [`  # ${actionWords(actions)}`] : [];
  const body = attributes({ before, after, after_unknown: [] }, width);
  return [head, ...does, `  ${SIGNS[difference]} ${address}`, ...body].join('\n');
}

/** What the two plans do about a resource. */
export function actionWords({ before, after }: NonNullable<Resource['actions']>): string {
  const words = (actions: readonly string[]): string => actions.join(' and ') || 'nothing';
  return `${words(before)} -> ${words(after)}`;
}

/** Files that are written otherwise, one a line. */
export function fileLines({ files }: Comparison): string[] {
  return files.map(({ path, difference }) => `  ${SIGNS[difference]} ${path}`);
}

/** What it comes to, in one sentence. */
export function summary({ resources, trust: { reading }, files }: Comparison): string {
  if (resources.length === 0 && reading === 'same') {
    return files.length === 0
      ? 'This changes nothing: the same resources, the same trust.'
      : `The same resources, the same trust; ${count(files.length, 'file')} written otherwise.`;
  }
  const counts = (['added', 'changed', 'removed'] as const)
    .map(name => [resources.filter(one => one.difference === name).length, name] as const)
    .filter(([n]) => n > 0)
    .map(([n, name]) => `${n} ${name}`);
  const what = counts.length > 0 ? counts.join(', ') : 'the same';
  return `Resources: ${what}. Trust: ${reading}. Files: ${files.length} written otherwise.`;
}

import { EXIT, nearest, Refusal, type Diagnostic } from '../../index.ts';
import { harmless } from './cells.ts';
import type { DiagnosticStyle } from './diagnostics-human.ts';
import { wrap } from './wrap.ts';

/** What the catalogue tells of a code. */
export interface Story {
  readonly rule?: string;
  readonly severity: Diagnostic['severity'];
  readonly summary: string;
  readonly story: string;
  readonly source: string;
  /** What to change in an example that is refused, as lines of a diff. */
  readonly diff?: readonly string[];
}

/**
 * The long story of a code: what it means, why it matters, and an example put right; of a rule
 * (`R31`), the codes that stand for it.
 */
export function explainCode(
  stories: ReadonlyMap<string, unknown>,
  code: string,
  { colors, width }: DiagnosticStyle,
): string {
  const story = stories.get(code) as Story | undefined;
  const ofRule = new Map([...stories].filter(([, one]) => (one as Story).rule === code));
  if (ofRule.size > 0) return listCodes(ofRule);
  if (!story) throw unknownCode(code, stories.keys());
  const { rule, severity, summary, source, diff } = story;
  const facts = [severity, ...(rule === undefined ? [] : [`rule ${rule}`]), `source: ${source}`];
  const lines = (diff ?? []).map(line =>
    (line.startsWith('-') ? colors.red : colors.green)(harmless(line)),
  );
  return (
    [
      `${colors.bold(summary)} [${code}]`,
      wrap(story.story, '', width),
      lines.join('\n'),
      facts.join(' · '),
    ]
      .filter(part => part !== '')
      .join('\n\n') + '\n'
  );
}

function unknownCode(code: string, known: Iterable<string>): Refusal {
  const detail = `there is no diagnostic "${code}"`;
  const meant = nearest(code, known);
  const help =
    meant === undefined
      ? 'concordat explain, without a code, lists all of them'
      : `did you mean: concordat explain ${meant}`;
  return new Refusal('cli/unknown-code', { detail, help }, EXIT.usage);
}

/** Every code with its summary. */
export function listCodes(stories: ReadonlyMap<string, unknown>): string {
  const widest = Math.max(...[...stories.keys()].map(code => code.length));
  const lines = [...stories].map(
    ([code, story]) => `${code.padEnd(widest)}  ${(story as Story).summary}`,
  );
  return lines.join('\n') + '\n';
}

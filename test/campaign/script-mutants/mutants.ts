import type { Engine } from '../../support/engine.ts';
import { asRequest } from '../../support/engine.ts';
import type { Wanted } from '../../powershell/scripts.ts';
import { scriptsOf, type EmittedScript } from '../../support/rendered.ts';
import { originsOf, type Origin } from './templates.ts';

/** One small change of a template, with the scripts in which it can be tried. */
export interface Mutant {
  /** `template function operator ordinal` */
  readonly id: string;
  readonly template: string;
  readonly operator: string;
  /** What is changed, and into what, on one line. */
  readonly text: string;
  readonly places: readonly [Place, ...Place[]];
}

/** A mutant in one emitted script. */
export interface Place {
  readonly wanted: Wanted;
  /** Below the artifacts of that topology. */
  readonly script: string;
  /** The template of the script as a whole. */
  readonly whole: string;
  readonly bytes: Buffer;
  /** Where the statement begins in which it is; undefined: it is always reached. */
  readonly statement: number | undefined;
  /** Begins of all statements of the script. */
  readonly statements: readonly number[];
}

/** As the engine's host answers. */
interface Edit {
  readonly operator: string;
  readonly function: string;
  readonly line: number;
  readonly lastLine: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly replacement: string;
}

interface Answer {
  readonly edits: readonly Edit[];
  readonly statements: readonly Pick<Edit, 'start' | 'end'>[];
}

interface Found extends Edit {
  readonly origin: Origin;
  readonly places: [Place, ...Place[]];
}

/** Bytes before the first character. */
const MARK = 3;

/** All mutants of all templates: one that several scripts share is one. */
export async function mutantsOf(topologies: readonly Wanted[], engine: Engine): Promise<Mutant[]> {
  const all = new Map<string, Found>();
  const scripts = topologies.flatMap(wanted =>
    scriptsOf(wanted.rendered)
      .map(script => ({ ...script, wanted, path: pathOf(script) }))
      .filter(({ path }) => wanted.isWanted?.(path) ?? true),
  );
  for (const script of scripts) {
    const origins = originsOf(textOf(script));
    const whole = origins.find(one => one)?.template ?? '';
    const answer = await engine.request<Answer>('mutants', asRequest(script));
    for (const edit of answer.edits) {
      const origin = origins[edit.line - 1];
      if (!origin) throw new Error(`${script.name}:${edit.line} is from no template`);
      if (origins[edit.lastLine - 1]?.template !== origin.template) continue;
      // Where fragments meet, what stands next to what depends on the script.
      const change = [edit.operator, edit.text, edit.replacement];
      const key = [origin.template, origin.line, edit.column, ...change].join('\n');
      const place = placeOf({ ...script, whole }, edit, answer.statements);
      const found = all.get(key);
      if (found) found.places.push(place);
      else all.set(key, { ...edit, origin, places: [place] });
    }
  }
  return named([...all.values()]);
}

interface Tried extends EmittedScript {
  readonly wanted: Wanted;
  readonly path: string;
}

/** Below the artifacts of its topology. */
function pathOf({ name, rendered }: EmittedScript): string {
  return name.slice(rendered.name.length + 1);
}

function textOf({ bytes }: EmittedScript): string {
  return Buffer.from(bytes.subarray(MARK)).toString('latin1');
}

function placeOf(
  { bytes, wanted, path, whole }: Tried & { whole: string },
  edit: Edit,
  statements: Answer['statements'],
): Place {
  const around = statements.filter(({ start, end }) => start <= edit.start && edit.start < end);
  return {
    wanted,
    whole,
    script: path,
    bytes: Buffer.concat([
      bytes.subarray(0, MARK + edit.start),
      Buffer.from(edit.replacement, 'latin1'),
      bytes.subarray(MARK + edit.end),
    ]),
    statement: around.toSorted((a, b) => b.start - a.start)[0]?.start,
    statements: statements.map(({ start }) => start),
  };
}

/** Ids count the changes of one kind in one function of a template, from its top. */
function named(found: readonly Found[]): Mutant[] {
  const inOrder = found.toSorted(
    (a, b) =>
      compare(a.origin.template, b.origin.template) ||
      a.origin.line - b.origin.line ||
      a.column - b.column ||
      compare(a.operator, b.operator) ||
      compare(a.replacement, b.replacement) ||
      compare(a.text, b.text),
  );
  const counts = new Map<string, number>();
  return inOrder.map(({ origin: { template }, operator, places, ...edit }) => {
    const group = `${template} ${edit.function} ${operator}`;
    const ordinal = (counts.get(group) ?? 0) + 1;
    counts.set(group, ordinal);
    const id = `${group} ${ordinal}`;
    return { id, template, operator, text: describe(edit), places };
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function describe({ text, replacement }: Pick<Edit, 'text' | 'replacement'>): string {
  return replacement === '' ? brief(text) : `${brief(text)} => ${brief(replacement)}`;
}

function brief(text: string): string {
  const line = text.replace(/`?\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 89)}~` : line;
}

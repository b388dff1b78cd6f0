/** What a person reads in RUNBOOK.md, and nothing else. */
export interface Runbook {
  /** Typed once in every shell. */
  readonly preparation: readonly string[];
  readonly steps: readonly RunbookStep[];
  readonly checks: readonly RunbookCheck[];
  readonly sittings: readonly Sitting[];
  /** Typed on the jump host when the receipts are back. */
  readonly closing: readonly string[];
}

export interface RunbookStep {
  readonly number: number;
  readonly deployment: string;
  readonly title: string;
  /** The shell that the step names. */
  readonly shell: string;
  /** Whoever has one of them may do it. */
  readonly roles: readonly string[];
  /** Named servers, one after the other; none: one server, once. */
  readonly servers: readonly string[];
  readonly brings: readonly string[];
  readonly lines: readonly string[];
  readonly undo: string | undefined;
  readonly waits: readonly Wait[];
}

export interface Wait {
  readonly lines: readonly string[];
  readonly until: string;
}

export interface RunbookCheck {
  readonly deployment: string;
  readonly shell: string;
  readonly roles: readonly string[];
  readonly lines: readonly string[];
  readonly expect: string;
}

/** What is done after the effective date of a roll. */
export interface Sitting {
  readonly after: string;
  readonly steps: readonly RunbookStep[];
}

/** Reads a runbook from the top to its end. */
export function readRunbook(markdown: string): Runbook {
  const parts = markdown.split(/^(?=## )/m);
  const part = (title: string): string => parts.find(one => one.startsWith(`## ${title}`)) ?? '';
  return {
    preparation: blocksOf(part('Before you begin'))[0] ?? [],
    steps: stepsIn(part('Steps')),
    checks: checksOf(part('Checks')),
    closing: blocksOf(part('Bring the receipts back'), 'console').flat(),
    sittings: parts.filter(one => one.startsWith('## Second sitting')).map(sittingOf),
  };
}

function stepsIn(text: string): RunbookStep[] {
  return text
    .split(/^(?=### )/m)
    .slice(1)
    .map(stepOf);
}

function stepOf(text: string): RunbookStep {
  const [, number = '', deployment = '', title = ''] = must(/^### (\d+)\. (\S+): (.*)$/m, text);
  const [before = text, ...waits] = text.split(/^\*\*Wait\.\*\*/m);
  const on = /^- On: each of these, one at a time: (.*)$/m.exec(text)?.[1] ?? '';
  return {
    number: Number(number),
    deployment,
    title,
    ...whereabouts(text),
    servers: codeIn(on),
    brings: codeIn(/^- Bring: (.*)$/m.exec(text)?.[1] ?? ''),
    lines: blocksOf(before).flat(),
    undo: codeIn(/^To take it back: (.*)$/m.exec(text)?.[1] ?? '')[0],
    waits: waits.map(wait => ({
      lines: blocksOf(wait).flat(),
      until: must(/^Go on when (.*)\.$/m, wait)[1] ?? '',
    })),
  };
}

function whereabouts(text: string): Pick<RunbookStep, 'shell' | 'roles'> {
  return {
    shell: must(/^- Shell: (.*), as administrator$/m, text)[1] ?? '',
    roles: (must(/^- Role: (.*)$/m, text)[1] ?? '').split(' or '),
  };
}

function checksOf(text: string): RunbookCheck[] {
  return text
    .split(/^(?=### )/m)
    .slice(1)
    .map(check => ({
      deployment: must(/^### (\S+): /m, check)[1] ?? '',
      ...whereabouts(check),
      lines: blocksOf(check).flat(),
      expect: must(/^Expect: (.*)\.$/m, check)[1] ?? '',
    }));
}

function sittingOf(text: string): Sitting {
  return {
    after: must(/^## Second sitting: after (.*)$/m, text)[1] ?? '',
    steps: stepsIn(text),
  };
}

function blocksOf(text: string, language = 'powershell'): string[][] {
  const blocks = text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks]
    .filter(([, one]) => one === language)
    .map(([, , body = '']) => body.split('\n').filter(line => line !== ''));
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

function must(pattern: RegExp, text: string): RegExpExecArray {
  const found = pattern.exec(text);
  if (!found) throw new Error(`the runbook does not say ${String(pattern)}: ${text.slice(0, 200)}`);
  return found;
}

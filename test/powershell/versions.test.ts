import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { renderExample, type Edit, type Rendered } from '../support/rendered.ts';
import { caseOf, freshSigning, stepsOfStage, turnsOf, type Turn } from './cases.ts';
import { estateOf } from './estate.ts';
import { takenBack } from './kinds.ts';
import { Runner, type Case } from './runs.ts';
import { startShell, type Shell } from './shell.ts';
import { layDown, replaceArtifacts, type Stage } from './stage.ts';

/** What the second version of an example says otherwise, and how many of its scripts that changes. */
const SECOND: readonly (readonly [example: string, edits: readonly Edit[], scripts: number])[] = [
  [
    'lync-exchange',
    [
      [
        '{ acceptor: exchange, issuer: lync }',
        '{ acceptor: exchange, issuer: lync, name: Lync one, acceptSecurityIdentifiers: true }',
      ],
      [
        'issuer: exchange, level: full, name: Exchange',
        'issuer: exchange, level: full, name: Exchange, acceptSecurityIdentifiers: true',
      ],
      ["allowedDomains: ['*.litware.com']", "allowedDomains: ['*.litware.com', '*.litware.net']"],
    ],
    3,
  ],
  [
    'skype-exchange-se',
    [
      ['mode: ImOnly', 'mode: ImAndWebConf'],
      ['Legal: { internal: true, external: true }', 'Legal: { internal: true, external: false }'],
    ],
    1,
  ],
];

describe.skipIf(!hasEngine)('a second version of a topology, and the way back', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await startShell();
  });
  afterAll(() => shell.close());

  it.each(SECOND)(
    '%s: each undo reaches the state before the run that it names',
    async (example, edits, scripts) => {
      const first = await renderExample(example);
      const second = await renderExample(example, { name: `${example}, second`, edits });
      const stage = layDown(first, shell);
      const turns = await turnsOf(stage, estateOf(first, freshSigning(first)));
      const changed = turns.filter(turn => isChanged(turn, first, second));
      expect(changed).toHaveLength(scripts);
      for (const turn of changed) await thereAndBack(stage, turn, second);
    },
  );
});

/** Version 1 do, version 2 do, undo 2, undo 1; what an undo keeps is told. */
async function thereAndBack(stage: Stage, turn: Turn, second: Rendered): Promise<void> {
  replaceArtifacts(stage, stage.rendered);
  const one = caseOf(stage, turn, 'version 1');
  const run = new Runner(one);
  const done = await run.do(one.start);
  run.succeeded(done);

  const next = replaceArtifacts(stage, second);
  const step = stepsOfStage(next).find(({ script }) => script === one.script);
  if (!step) throw new Error(`${one.script} is not in version 2`);
  const two: Case = { ...caseOf(next, { step, start: done.after }, 'version 2'), foreign: () => 0 };
  const later = new Runner(two);
  const again = await later.do(done.after);
  later.succeeded(again);

  const [oldest = ''] = runsIn(again.after.files, later.series);
  const tooEarly = await later.undo(again.after, { parameters: ` -RunToUndo ${oldest}` });
  later.stopped(tooEarly, { why: /take back \S+ first; it is the newer run/ });
  const back = await takenBack(later, two, { from: again.after, to: done.after });
  await takenBack(later, two, { from: back.after, to: one.start });
}

/** Names of runs that left a before-image, the oldest first. */
function runsIn(files: ReadonlyMap<string, Buffer>, series: string): string[] {
  return [...files.keys()]
    .filter(name => name.startsWith(`before/${series}-`) && name.endsWith('.clixml'))
    .map(name => name.replace(/^before\/|\.clixml$/g, ''))
    .sort();
}

function isChanged({ step }: Turn, first: Rendered, second: Rendered): boolean {
  if (!step.resource) return false;
  const [one, two] = [first, second].map(({ proposal }) =>
    proposal.artifacts.find(({ path }) => path === step.script),
  );
  return one !== undefined && two !== undefined && !Buffer.from(one.bytes).equals(two.bytes);
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { apply } from '../../src/cli/commands/apply.ts';
import { bench, type Bench } from '../support/cli.ts';
import { nobody } from '../support/terminal.ts';

const sumOf = ({ run }: Bench): string =>
  (JSON.parse(run(['plan', '--format', 'json']).out) as { checksum: string }).checksum;

function edit({ folder }: Bench, from: string, to: string): void {
  const path = join(folder, 'topology.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

/** What a person at a terminal is asked and told, who answers so, until it is refused. */
async function asked(
  { folder }: Bench,
  answers: string[],
): Promise<{ questions: string[]; err: string; refusal: unknown }> {
  const questions: string[] = [];
  let err = '';
  const terminal = nobody({
    err: text => (err += text),
    interactive: true,
    ask(question) {
      questions.push(question);
      return Promise.resolve(answers.shift() ?? '');
    },
  });
  const options = { topology: join(folder, 'topology.yaml'), format: 'human' as const };
  const refusal: unknown = await apply(options, terminal).catch((error: unknown) => error);
  return { questions, err, refusal };
}

describe('a plan that changes very much at once', () => {
  const project = bench('lync-exchange');
  let before = '';

  beforeAll(() => {
    expect(project.run(['keys', 'prepare']).exit).toBe(0);
    expect(project.run(['apply', `--allow-widening=${sumOf(project)}`]).exit).toBe(0);
    edit(project, 'default: litware.com', 'default: litware.org');
    expect(project.run(['keys', 'prepare']).exit).toBe(0);
    before = readFileSync(join(project.folder, '.concordat/state.json'), 'utf8');
  });

  it('says so, for people and for programs', () => {
    expect(project.run(['plan']).out).toContain(
      'Much at once, so that apply asks twice:\n' +
        '  the realm of exchange changes from litware.com to litware.org\n',
    );
    const plan: unknown = JSON.parse(project.run(['plan', '--format', 'json']).out);
    expect(plan).toMatchObject({ mass_change: [{ code: 'realm-changed' }] });
  });

  it('is not approved by the word for widening alone, and all that lacks is named at once', () => {
    const sum = sumOf(project);
    const both = [`--allow-widening=${sum}`, `--allow-mass-change=${sum}`];
    for (const words of [[], ['--auto-approve'], [both[0] ?? ''], [both[1] ?? '']]) {
      const { exit, err } = project.run(['apply', ...words]);
      expect(exit).toBe(10);
      expect(err).toContain('[plan/unapproved]');
      const help = err.slice(err.indexOf('when it has been reviewed'));
      for (const flag of both) expect(help).toContain(flag);
    }
    const other = `--allow-mass-change=${'0'.repeat(64)}`;
    expect(project.run(['apply', both[0] ?? '', other]).exit).toBe(10);
    expect(readFileSync(join(project.folder, '.concordat/state.json'), 'utf8')).toBe(before);
  });

  it('asks a person for the first eight characters before it asks for the widening', async () => {
    const start = sumOf(project).slice(0, 8);
    const refused = { exit: 10, diagnostic: { code: 'plan/unapproved' } };
    const wrong = await asked(project, ['litware', '01234567']);
    expect(wrong.refusal).toMatchObject(refused);
    expect(wrong.questions).toHaveLength(2);
    expect(wrong.err).toContain(
      '  the realm of exchange changes from litware.com to litware.org\n',
    );
    const unwidened = await asked(project, ['litware', start, 'no']);
    expect(unwidened.refusal).toMatchObject(refused);
    expect(unwidened.questions).toEqual([
      "type the topology's name (litware) to approve: ",
      'type the first eight characters of the checksum: ',
      'type "widen" to let them in: ',
    ]);
    expect(readFileSync(join(project.folder, '.concordat/state.json'), 'utf8')).toBe(before);
  });

  it('is applied under both, by the checksum that was reviewed', () => {
    const sum = sumOf(project);
    const { exit } = project.run([
      'apply',
      `--allow-widening=${sum}`,
      `--allow-mass-change=${sum}`,
    ]);
    expect(exit).toBe(0);
    expect(existsSync(join(project.folder, '.concordat/journal.json'))).toBe(false);
    expect(project.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  });
});

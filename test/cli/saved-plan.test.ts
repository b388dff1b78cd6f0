import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/cli/commands/apply.ts';
import { Refusal } from '../../src/kernel/report.ts';
import { readPlan, writePlan } from '../../src/plan/plan-file.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { readSnapshot, writeSnapshot } from '../../src/state/codec.ts';
import { bench, type Bench } from '../support/cli.ts';
import { nobody } from '../support/terminal.ts';

const DAY = 86_400_000;

/** A project that was applied once, its topology edited since, and a plan of that saved. */
function planned(): Bench {
  const project = bench('skype-exchange-se');
  succeeds(project, ['apply', ...grants(project)]);
  edit(project, 'mode: ImOnly', 'mode: ImAndWebConf');
  succeeds(project, ['plan', '--out', 'plan.json']);
  return project;
}

function succeeds({ run }: Bench, words: readonly string[]): void {
  const { exit, err } = run(words);
  expect(exit, err).toBe(0);
}

function grants({ run }: Bench): string[] {
  const { checksum } = JSON.parse(run(['plan', '--format', 'json']).out) as Plan;
  return [`--allow-widening=${checksum ?? ''}`];
}

function edit({ folder }: Bench, from: string, to: string): void {
  const path = join(folder, 'topology.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

/** Every file of a project by its digest. */
function filesOf({ folder }: Bench): Record<string, string> {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = all.filter(one => one.isFile()).map(one => join(one.parentPath, one.name));
  const sum = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  return Object.fromEntries(paths.sort().map(path => [path, sum(path)]));
}

/** Seals a plan again that says something else: only its reasons can refuse it then. */
function reseal({ folder }: Bench, change: (plan: Plan) => Partial<Plan>): void {
  const path = join(folder, 'plan.json');
  const plan = readPlan(readFileSync(path), path);
  writeFileSync(path, writePlan({ ...plan, ...change(plan) }));
}

function refused(project: Bench, reason: RegExp, code = 'plan/stale'): void {
  const before = filesOf(project);
  const { exit, out, err } = project.run(['apply', '--plan', 'plan.json', '--auto-approve']);
  expect(exit, err).toBe(8);
  expect(err).toContain(`[${code}]`);
  expect(err.replace(/\s+/g, ' ')).toMatch(reason);
  expect(out).toBe('');
  expect(filesOf(project)).toEqual(before);
}

const shifted = (days: number) => new Date(Date.now() + days * DAY).toISOString();

describe('a saved plan is not applied, and nothing is written', () => {
  const project = planned();
  const sealed = readFileSync(join(project.folder, 'plan.json'));
  const anew = (): Bench => {
    writeFileSync(join(project.folder, 'plan.json'), sealed);
    return project;
  };

  it('when one byte of the topology is another', () => {
    const path = join(anew().folder, 'topology.yaml');
    const kept = readFileSync(path);
    appendFileSync(path, '#');
    refused(project, /the topology has changed/);
    writeFileSync(path, kept);
  });

  it.each<[string, RegExp, (plan: Plan) => Partial<Plan>]>([
    ['another version made it', /made by version 9\.9\.9/, () => ({ tool: '9.9.9' })],
    [
      'templates are others',
      /the templates have changed/,
      ({ digests }) => ({ digests: { ...digests, templates: 'f'.repeat(64) } }),
    ],
    [
      'a certificate file is another',
      /a certificate file, a key or the evidence has changed/,
      ({ digests }) => ({
        digests: { ...digests, evidence: [{ file: 'x', sha256: 'f'.repeat(64) }] },
      }),
    ],
    ['it is of another history', /another history/, () => ({ lineage: 'another' })],
    ['it is for another topology', /for the topology "other"/, () => ({ name: 'other' })],
    ['the state has moved', /from serial 7 to 1/, () => ({ serial: 7 })],
    ['it is old', /older than 14 days/, () => ({ clock: shifted(-15) })],
    ['the clock is behind it', /the clock is behind the time/, () => ({ clock: shifted(1) })],
    ['it asks for something else', /another plan today/, () => ({ checksum: 'f'.repeat(64) })],
  ])('when %s', (_, reason, change) => {
    reseal(anew(), change);
    refused(project, reason);
  });

  it('when white space was added, or its clock was edited', () => {
    appendFileSync(join(anew().folder, 'plan.json'), '\n');
    refused(project, /not byte for byte/, 'plan/edited');
    const text = sealed.toString();
    writeFileSync(join(project.folder, 'plan.json'), text.replace(/"clock":"20/, '"clock":"21'));
    refused(project, /not byte for byte/, 'plan/edited');
  });

  it('when any single byte of it is another: 300 edits, exit 8 each, and no file is changed', async () => {
    const path = join(anew().folder, 'plan.json');
    const kept = readFileSync(path);
    const edits = fc.tuple(fc.nat(kept.length - 1), fc.integer({ min: 1, max: 255 }));
    const property = fc.asyncProperty(edits, async ([at, by]) => {
      const edited = Uint8Array.from(kept);
      edited[at] = ((edited[at] ?? 0) + by) % 256;
      writeFileSync(path, edited);
      const before = filesOf(project);
      const options = { topology: join(project.folder, 'topology.yaml'), plan: path };
      const end: unknown = await apply({ ...options, format: 'human' }, nobody()).catch(
        (error: unknown) => error,
      );
      expect(end).toBeInstanceOf(Refusal);
      expect(end).toMatchObject({ exit: 8 });
      expect(filesOf(project)).toEqual(before);
    });
    await fc.assert(property, { numRuns: 300, seed: 300 });
    writeFileSync(path, kept);
  });

  it('when another major format wrote it', () => {
    reseal(anew(), () => ({ format_version: '2.0' }));
    refused(project, /its format is 2\.0/, 'plan/format');
  });

  it('when something is recorded of a later time than the clock shows', () => {
    const path = join(anew().folder, '.concordat/state.json');
    const kept = readFileSync(path);
    const state = readSnapshot(kept);
    const resources = state.resources.map(one => ({ ...one, since: shifted(1) }));
    writeFileSync(path, writeSnapshot({ ...state, resources }));
    refused(project, /the clock is behind the recorded state/);
    writeFileSync(path, kept);
  });

  it('when the state is gone', () => {
    const path = join(anew().folder, '.concordat/state.json');
    const kept = readFileSync(path);
    rmSync(path);
    refused(
      project,
      /has been applied before; nothing .* bring .*state\.json back/,
      'state/missing',
    );
    writeFileSync(path, kept);
  });
});

describe('a first plan', () => {
  it('is refused once there is any state', () => {
    const project = bench('skype-exchange-se');
    succeeds(project, ['plan', '--out', 'plan.json']);
    succeeds(project, ['apply', ...grants(project)]);
    refused(project, /it is a first plan, and there is a state now/);
  });

  it('is refused where it was applied and the state is gone: that one is missing', () => {
    const project = bench('skype-exchange-se');
    succeeds(project, ['plan', '--out', 'plan.json']);
    succeeds(project, ['apply', '--plan', 'plan.json', ...grants(project)]);
    rmSync(join(project.folder, '.concordat/state.json'));
    refused(project, /has been applied before; .* bring .*state\.json back/, 'state/missing');
  });

  it('is refused where it was a preview, made before its keys', () => {
    const project = bench('lync-exchange');
    succeeds(project, ['plan', '--out', 'plan.json']);
    refused(project, /preview/, 'plan/incomplete');
  });
});

describe('plan --out', () => {
  it('says how to apply what it saved, with the topology that it was given', () => {
    const { folder, run } = bench('skype-exchange-se');
    const file = join(folder, 'topology.yaml');
    const { err } = run(['plan', file, '--out', 'plan.json']);
    expect(err).toContain(`saved; apply it with: concordat apply ${file} --plan plan.json\n`);
  });

  it('says of a preview that it cannot be applied, and what is missing', () => {
    const { err } = bench('lync-exchange').run(['plan', '--out', 'plan.json']);
    expect(err).toContain('saved as a preview, which cannot be applied\nnext: concordat keys pre');
    expect(err).not.toContain('apply --plan');
  });
});

describe('apply --plan of another file', () => {
  it.each(['topology.yaml', '.concordat/state.json'])('leaves %s as it is (plan/none)', file => {
    const project = planned();
    const before = filesOf(project);
    const { exit, err } = project.run(['apply', '--plan', file]);
    expect(exit).toBe(8);
    expect(err.replace(/\s+/g, ' ')).toContain(`[plan/none] ${file} is no saved plan`);
    expect(err).not.toMatch(new RegExp(`move it|--out ${file}`));
    expect(filesOf(project)).toEqual(before);
  });
});

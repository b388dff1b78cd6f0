import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bench, type Bench, type Call } from '../support/cli.ts';

/** A project whose every resource counts as made. */
let project: Bench;
const topology = (): string => join(project.folder, 'topology.yaml');
const edit = (change: (text: string) => string): void =>
  writeFileSync(topology(), change(readFileSync(topology(), 'utf8')));

interface PlanJson {
  readonly checksum: string;
  readonly trust: { readonly reading: string };
  readonly changes: readonly { address: string; actions: string[]; previous_address?: string }[];
}

function planned(exit = 0): PlanJson {
  const call = project.run(['plan', '--format', 'json']);
  expect(call.exit, call.err).toBe(exit);
  return JSON.parse(call.out) as PlanJson;
}

function applied(): Call {
  const sum = planned().checksum;
  const call = project.run(['apply', `--allow-widening=${sum}`, `--allow-mass-change=${sum}`]);
  expect(call.exit, call.err).toBe(0);
  return call;
}

const listed = (): string => project.run(['state', 'list']).out;

beforeAll(() => {
  project = bench('skype-exchange-se');
  expect(project.run(['keys', 'prepare']).exit).toBe(0);
  applied();
  for (const [, address] of listed().matchAll(/^ {2}(\S+) +rendered/gm)) {
    const call = project.run(['state', 'confirm', address ?? '', '--reason', 'seen']);
    expect(call.exit, call.err).toBe(0);
  }
}, 120_000);

describe('the life of what is recorded, through the command', () => {
  it('a deployment called otherwise stays deployed, and needs no word on trust', () => {
    edit(text =>
      text
        .replace('  skype:', '  chat:')
        .replaceAll('[skype, exchange]', '[chat, exchange]')
        .concat('\nmoved: [{ from: skype, to: chat }]\n'),
    );
    const plan = planned();
    expect(plan.trust.reading).toBe('same');
    expect(new Set(plan.changes.map(({ actions }) => actions.join()))).toEqual(new Set(['keep']));
    const call = project.run(['apply', '--auto-approve']);
    expect(call.exit, call.err).toBe(0);
    expect(listed()).not.toContain('skype');
    expect(listed()).not.toContain('rendered');
    expect(project.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  });

  it('a protected partner outlives its block; the plan is shown, saved by nobody, applied by nobody', () => {
    edit(text =>
      text.replace('mutual: [chat, exchange]', 'mutual: [chat, exchange]\n    protect: true'),
    );
    applied();
    const before = listed();
    const whole = readFileSync(topology(), 'utf8');
    edit(text =>
      text.replace(/^partners:[\s\S]*?(?=^\S)/m, '').replace(/^scenarios:[\s\S]*?(?=^\S)/m, ''),
    );
    const plan = planned(5);
    expect(plan.checksum).toBeNull();
    expect(plan.changes.map(({ actions }) => actions[0])).toContain('delete');
    const saved = project.run(['plan', '--out', 'saved.plan']);
    expect(saved.exit).toBe(5);
    expect(saved.err).toContain('partner/exchange/chat is protected');
    expect(saved.err).toMatch(/removed:\n +- { from: partner\/exchange\/chat, destroy: false }\n/);
    expect(project.run(['show', 'saved.plan']).exit).not.toBe(0);
    expect(project.run(['apply', '--auto-approve']).exit).toBe(5);
    expect(listed()).toBe(before);

    edit(text => `${text}removed:\n  - { from: partner/exchange/chat, destroy: false }\n`);
    edit(text => `${text}  - { from: partner/chat/exchange, destroy: false }\n`);
    applied();
    expect(listed()).not.toContain('partner/');
    expect(listed()).toContain('removing');
    writeFileSync(topology(), whole);
    rmSync(join(project.folder, 'saved.plan'), { force: true });
  });
});

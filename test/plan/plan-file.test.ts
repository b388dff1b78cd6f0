import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anotherName } from '../../src/kernel/another-name.ts';
import { EXIT } from '../../src/kernel/exit.ts';
import { Refusal } from '../../src/kernel/report.ts';
import { misfits } from '../../src/plan/fit.ts';
import { readPlan, writePlan } from '../../src/plan/plan-file.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { entry, snapshotOf } from '../apply/fixture.ts';
import { exampleText } from '../support/lowered.ts';
import { firstPlan } from '../support/plan.ts';

const plan = firstPlan(exampleText('skype-exchange-se'));
const saved = writePlan(plan);
const day = (n: number): Date => new Date(Date.parse(plan.clock) + n * 86_400_000);

describe('a saved plan', () => {
  it('reads back as it was written', () => {
    expect(readPlan(saved, 'plan.json')).toEqual(plan);
  });

  it('is refused by plan/edited when any byte of it is another', () => {
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const edited = Uint8Array.from(saved);
        edited[at] = ((edited[at] ?? 0) + by) % 256;
        expect(refusal(edited)).toMatchObject({ exit: EXIT.notApplicable });
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when white space is added, or it is cut', () => {
    const text = new TextDecoder().decode(saved);
    for (const edited of [
      text + '\n',
      ' ' + text,
      text.slice(0, -1),
      text.slice(0, 100),
      text.slice(1),
      text.replace('"kind":"plan"', '"kind":"other"'),
      text.replace('"seal"', '"sail"'),
    ]) {
      const { code, help } = refusal(new TextEncoder().encode(edited))?.diagnostic ?? {};
      expect(code).toBe('plan/edited');
      expect(help).toContain(': concordat plan --out plan-2.json');
    }
  });

  it('is never what any other file is: that is plan/none, and stays as it is', () => {
    const topology = exampleText('skype-exchange-se');
    for (const other of ['', '[]', 'null', '{}', '{"kind":"state"}', topology, '\0\xff']) {
      const { code, detail, help } =
        refusal(new TextEncoder().encode(other), 'topology.yaml')?.diagnostic ?? {};
      expect(code).toBe('plan/none');
      expect(detail).toMatch(/^topology\.yaml is no saved plan: .*; it stays as it is/);
      expect(help).toMatch(/: concordat plan --out plan\.json$/);
    }
    const { help } = refusal(new TextEncoder().encode('{}'))?.diagnostic ?? {};
    expect(help).toMatch(/: concordat plan --out plan-2\.json$/);
  });

  it('is refused by plan/format when another version wrote it', () => {
    const other = writePlan({ ...plan, format_version: '2.0' });
    expect(refusal(other)?.diagnostic.code).toBe('plan/format');
  });
});

describe('a saved plan against today', () => {
  it('fits when nothing changed', () => {
    expect(misfits(plan, plan, undefined, day(1))).toEqual([]);
  });

  it.each<[string, Partial<Plan>]>([
    ['concordat', { tool: '9.9.9' }],
    ['the state has moved', { serial: 4 }],
    ['first plan', { lineage: 'a' }],
    ['topology', { digests: { ...plan.digests, topology: [{ file: 'a', sha256: 'b' }] } }],
    ['certificate file', { digests: { ...plan.digests, evidence: [{ file: 'a', sha256: 'b' }] } }],
    ['templates', { digests: { ...plan.digests, templates: 'x' } }],
    ['another plan today', { checksum: 'x' }],
  ])('is plan/stale: %s', (word, fresh) => {
    expect(misfits(plan, { ...plan, ...fresh }, undefined, day(1)).join()).toContain(word);
  });

  it('is plan/stale after 14 days, and when the clock is behind it', () => {
    expect(misfits(plan, plan, undefined, day(15)).join()).toContain('older than 14 days');
    expect(misfits(plan, plan, undefined, day(-1)).join()).toContain('behind');
  });
});

describe('the clock of a saved plan', () => {
  const recorded = (since: Date) =>
    snapshotOf([], { resources: [entry('partner/lync/exchange', { since: since.toISOString() })] });

  it('may be behind what a server wrote by a few minutes, and by no more', () => {
    const minutes = (n: number) => new Date(day(1).getTime() + n * 60_000);
    expect(misfits(plan, plan, recorded(minutes(9)), day(1))).toEqual([]);
    expect(misfits(plan, plan, recorded(minutes(11)), day(1)).join()).toContain('recorded state');
  });
});

describe('the checksum', () => {
  it('does not depend on the clock', () => {
    const later = firstPlan(exampleText('skype-exchange-se'), day(3));
    expect(later.checksum).toBe(plan.checksum);
  });

  it('is missing from a preview, which is plan/incomplete until its keys exist', () => {
    const preview = firstPlan(exampleText('lync-exchange'));
    expect(preview).toMatchObject({ complete: false, checksum: null });
    expect(plan).toMatchObject({ complete: true });
  });

  it('changes with what the plan does', () => {
    const text = exampleText('skype-exchange-se').replace('mode: ImOnly', 'mode: ImAndWebConf');
    expect(firstPlan(text).checksum).not.toBe(plan.checksum);
  });
});

describe('another name for a file', () => {
  it.each([
    ['plan.json', 'plan-2.json'],
    ['plan-2.json', 'plan-3.json'],
    ['out/plan-9.json', 'out/plan-10.json'],
    ['a.b/plan', 'a.b/plan-2'],
    ['a-b.c.json', 'a-b.c-2.json'],
  ])('%s: %s', (file, another) => {
    expect(anotherName(file)).toBe(another);
  });
});

function refusal(bytes: Uint8Array, file = 'plan.json'): Refusal | undefined {
  try {
    readPlan(bytes, file);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

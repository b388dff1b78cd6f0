import { describe, expect, it } from 'vitest';
import { missingApprovals } from '../../src/plan/approval.ts';
import { exampleText } from '../support/lowered.ts';
import { firstPlan } from '../support/plan.ts';

const widening = firstPlan(exampleText('skype-exchange-se'));
const narrowing = {
  ...widening,
  trust: { ...widening.trust, reading: 'narrows' as const },
  changes: widening.changes.map(change => ({ ...change, hazards: [] })),
};
const none = { autoApprove: false, allowWidening: undefined, allowMassChange: undefined };
const massive = { ...narrowing, mass_change: [{ code: 'last-key', text: 'x' }] };

describe('approval without a person (plan/unapproved where it is missing)', () => {
  it('lets nothing through by default', () => {
    expect(missingApprovals(narrowing, none)).toEqual(['confirmation']);
    expect(missingApprovals(widening, none)).toEqual(['widening']);
  });

  it('lets what narrows through with --auto-approve, never what widens', () => {
    expect(missingApprovals(narrowing, { ...none, autoApprove: true })).toEqual([]);
    expect(missingApprovals(widening, { ...none, autoApprove: true })).toEqual(['widening']);
  });

  it('lets nothing through unseen that warns of what cannot simply be taken back', () => {
    const [first, ...rest] = narrowing.changes;
    if (!first) throw new Error('no change');
    const hazards = [{ code: 'x', severity: 'warning' as const, text: 'x' }];
    const plan = { ...narrowing, changes: [{ ...first, hazards }, ...rest] };
    expect(missingApprovals(plan, { ...none, autoApprove: true })).toEqual(['hazard']);
    expect(missingApprovals(plan, { ...none, allowWidening: plan.checksum ?? '' })).toEqual([]);
  });

  it('lets a widening through only under its own checksum', () => {
    const named = (allowWidening: string) => missingApprovals(widening, { ...none, allowWidening });
    expect(named(widening.checksum ?? '')).toEqual([]);
    expect(named('0'.repeat(64))).toEqual(['widening']);
    expect(named('')).toEqual(['widening']);
  });

  it('lets very much at once through only under its checksum and by a word of its own', () => {
    const sum = massive.checksum ?? '';
    expect(missingApprovals(massive, { ...none, autoApprove: true })).toEqual(['mass-change']);
    expect(missingApprovals(massive, { ...none, allowWidening: sum })).toEqual(['mass-change']);
    expect(missingApprovals(massive, { ...none, allowMassChange: sum })).toEqual([]);
    const both = { ...massive, trust: widening.trust };
    expect(missingApprovals(both, none)).toEqual(['widening', 'mass-change']);
    expect(missingApprovals(both, { ...none, allowMassChange: sum })).toEqual(['widening']);
    expect(missingApprovals(both, { ...none, allowWidening: sum, allowMassChange: sum })).toEqual(
      [],
    );
  });
});

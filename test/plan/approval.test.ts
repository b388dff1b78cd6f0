import { describe, expect, it } from 'vitest';
import { missingApproval } from '../../src/plan/approval.ts';
import { exampleText } from '../support/lowered.ts';
import { firstPlan } from '../support/plan.ts';

const widening = firstPlan(exampleText('skype-exchange-se'));
const narrowing = {
  ...widening,
  trust: { ...widening.trust, reading: 'narrows' as const },
  changes: widening.changes.map(change => ({ ...change, hazards: [] })),
};
const none = { autoApprove: false, allowWidening: undefined };

describe('approval without a person (plan/unapproved where it is missing)', () => {
  it('lets nothing through by default', () => {
    expect(missingApproval(narrowing, none)).toBe('confirmation');
    expect(missingApproval(widening, none)).toBe('widening');
  });

  it('lets what narrows through with --auto-approve, never what widens', () => {
    expect(missingApproval(narrowing, { ...none, autoApprove: true })).toBe('nothing');
    expect(missingApproval(widening, { ...none, autoApprove: true })).toBe('widening');
  });

  it('lets nothing through unseen that warns of what cannot simply be taken back', () => {
    const [first, ...rest] = narrowing.changes;
    if (!first) throw new Error('no change');
    const hazards = [{ code: 'x', severity: 'warning' as const, text: 'x' }];
    const plan = { ...narrowing, changes: [{ ...first, hazards }, ...rest] };
    expect(missingApproval(plan, { ...none, autoApprove: true })).toBe('hazard');
    expect(missingApproval(plan, { ...none, allowWidening: plan.checksum ?? '' })).toBe('nothing');
  });

  it('lets a widening through only under its own checksum', () => {
    const named = (allowWidening: string) => missingApproval(widening, { ...none, allowWidening });
    expect(named(widening.checksum ?? '')).toBe('nothing');
    expect(named('0'.repeat(64))).toBe('widening');
    expect(named('')).toBe('widening');
  });
});

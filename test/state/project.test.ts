import { describe, expect, it } from 'vitest';
import { checkIdentity, checkName, readIdentity, writeIdentity } from '../../src/state/project.ts';
import { FIRST, LINEAGE, refusalOf, snapshotOf } from '../apply/fixture.ts';

const identity = { name: 'litware', lineage: LINEAGE };
const attempt = (work: () => unknown): Promise<unknown> => Promise.resolve().then(work);

describe('the identity of a project', () => {
  it('is read back as it was written', () => {
    expect(readIdentity(writeIdentity(identity))).toEqual(identity);
  });

  it.each([
    ...['', '{', '[]', '{"name":"x"}', '{"format_version":"2.0","name":"x","lineage":"y"}'],
    '{"format_version":"1.0","name":"x","lineage":"y","of":"a later version"}',
  ])('is not read from %j (state/project)', async text => {
    const refusal = await refusalOf(attempt(() => readIdentity(Buffer.from(text))));
    expect(refusal).toMatchObject({ code: 'state/project', exit: 1 });
  });
});

describe('state and project', () => {
  it('fit when both are there and of one lineage, or neither is', () => {
    expect(() => checkIdentity(identity, snapshotOf(FIRST))).not.toThrow();
    expect(() => checkIdentity(undefined, undefined)).not.toThrow();
  });

  it('fit when a kill left the state alone', () => {
    expect(() => checkIdentity(undefined, snapshotOf(FIRST))).not.toThrow();
  });

  it('without the state are not a first run (state/missing)', async () => {
    const refusal = await refusalOf(attempt(() => checkIdentity(identity, undefined)));
    expect(refusal).toMatchObject({ code: 'state/missing', exit: 8 });
  });

  it('of two histories are refused (state/lineage)', async () => {
    const other = { ...identity, lineage: 'another' };
    const refusal = await refusalOf(attempt(() => checkIdentity(other, snapshotOf(FIRST))));
    expect(refusal).toMatchObject({ code: 'state/lineage', exit: 8 });
  });

  it('with a topology of another name are refused', async () => {
    expect(() => checkName(identity, 'litware')).not.toThrow();
    const refusal = await refusalOf(attempt(() => checkName(identity, 'contoso')));
    expect(refusal).toMatchObject({ code: 'state/lineage', exit: 8 });
  });
});

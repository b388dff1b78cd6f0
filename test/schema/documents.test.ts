import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/kernel/canonical.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { DiffDocument } from '../../src/generated/diff-document.ts';
import type { DriftDocument } from '../../src/generated/drift-document.ts';
import type { PlanDocument } from '../../src/generated/plan-document.ts';
import type { StatusDocument } from '../../src/generated/status-document.ts';
import type { StateDocument } from '../../src/generated/state-document.ts';
import type { TopologyDocument } from '../../src/generated/topology-document.ts';
import { receipt, state } from '../../src/generated/validators.cjs';
import type { Status } from '../../src/apply/status.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Comparison } from '../../src/review/compare.ts';
import { EDGE_CODES, type Drift } from '../../src/review/drift.ts';
import { writePlan } from '../../src/plan/plan-file.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { exampleText } from '../support/lowered.ts';
import { published } from '../support/published.ts';
import { firstPlan } from '../support/plan.ts';

/** A document as the source reads it: nothing in it is changed. */
type Still<T> = T extends readonly (infer Item)[]
  ? readonly Still<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Still<T[Key]> }
    : T;

/** `same` where both types have the same keys; otherwise the keys of only one of them. */
type Keys<A, B> = [keyof A, keyof B] extends [keyof B, keyof A]
  ? 'same'
  : Exclude<keyof A, keyof B> | Exclude<keyof B, keyof A>;

type Item<List extends readonly unknown[]> = List[number];

/** Compiles only where the first type fits into the second. */
function fits<From extends To, To>(): 'fits' | From | To {
  return 'fits';
}

describe('the types of the source and of the documents', () => {
  it('agree, so that neither changes alone (the compiler checks it)', () => {
    type Saved = Omit<PlanDocument, 'seal'>;
    expect([
      fits<Plan, Still<Saved>>(),
      fits<Snapshot, Still<StateDocument>>(),
      fits<Comparison, Still<DiffDocument>>(),
      fits<Keys<Comparison, DiffDocument>, 'same'>(),
      fits<Keys<Item<Comparison['resources']>, Item<DiffDocument['resources']>>, 'same'>(),
      fits<Drift, Still<DriftDocument>>(),
      fits<Keys<Drift, DriftDocument>, 'same'>(),
      fits<Keys<Item<Drift['drift']>, Item<DriftDocument['drift']>>, 'same'>(),
      fits<Keys<Plan, Saved>, 'same'>(),
      fits<Keys<Plan['summary'], Saved['summary']>, 'same'>(),
      fits<Keys<Plan['digests'], Saved['digests']>, 'same'>(),
      fits<Keys<Item<Plan['changes']>, Item<Saved['changes']>>, 'same'>(),
      fits<Keys<Item<Plan['awaiting']>, Item<Saved['awaiting']>>, 'same'>(),
      fits<Keys<Item<Plan['artifacts']>, Item<Saved['artifacts']>>, 'same'>(),
      fits<Keys<Item<Plan['certificates']>, Item<Saved['certificates']>>, 'same'>(),
      fits<Keys<Item<Plan['diagnostics']>, Item<Saved['diagnostics']>>, 'same'>(),
      fits<Keys<Item<Plan['trust']['edges']>, Item<Saved['trust']['edges']>>, 'same'>(),
      fits<Keys<Item<Snapshot['resources']>, Item<StateDocument['resources']>>, 'same'>(),
      fits<Keys<Item<Snapshot['edges']>, Item<StateDocument['edges']>>, 'same'>(),
      fits<Status, Still<StatusDocument>>(),
      fits<Keys<Status, StatusDocument>, 'same'>(),
      fits<Keys<Item<Status['steps']>, Item<StatusDocument['steps']>>, 'same'>(),
      fits<
        Keys<Item<Item<Status['steps']>['runs']>, Item<Item<StatusDocument['steps']>['runs']>>,
        'same'
      >(),
      fits<Keys<Item<Status['certificates']>, Item<StatusDocument['certificates']>>, 'same'>(),
      fits<Keys<Item<Status['findings']>, Item<StatusDocument['findings']>>, 'same'>(),
      // @ts-expect-error -- a key that only one of them has must not compile
      fits<Keys<{ a: 1 }, { a: 1; b: 2 }>, 'same'>(),
    ]).toEqual(Array.from({ length: 26 }, () => 'fits'));
  });

  it('know a topology', () => {
    const written: TopologyDocument = {
      apiVersion: 'concordat/v1',
      partners: [{ mutual: ['lync', 'exchange'] }],
    };
    expect(written.partners).toHaveLength(1);
  });
});

const SUM = '0'.repeat(64);
const STATE = {
  format_version: '1.0',
  lineage: '3f6c1a52-0b9e-4f0e-9a51-4c7f5b1f9d10',
  serial: 1,
  topology: 'litware',
  resources: [
    {
      address: 'partner/lync/exchange',
      kind: 'partner',
      deployment: 'lync',
      product: 'lync-server-2013',
      held: 'server',
      standing: 'rendered',
      attributes: { level: 'Full' },
      digest: SUM,
      script: 'lync/scripts/40-partner-exchange.ps1',
      since: '2030-01-01T00:00:00Z',
    },
  ],
  edges: [{ address: 'edge/lync/exchange', attributes: { level: 'full' } }],
  artifacts: { 'RUNBOOK.md': SUM },
  applied: [SUM],
  by_hand: [],
};
const RECEIPT = {
  format_version: '1.0',
  script: 'lync/scripts/40-partner-exchange.ps1',
  script_sha256: SUM,
  topology: 'litware',
  deployment: 'lync',
  product: 'lync-server-2013',
  host: 'FE01',
  user: 'LITWARE\\ops',
  build: '5.0.8308.1182',
  started: '2030-01-01T20:00:00.1234567Z',
  finished: '2030-01-01T20:00:12Z',
  resources: [
    { address: 'partner/lync/exchange', digest: SUM, result: 'created', before: null, after: {} },
  ],
  sha256: SUM,
};

const plan = published('plan');

/** Drift with one of each: a resource, a finding of every code, all that is not seen. */
const DRIFT: Drift = {
  format_version: '1.0',
  kind: 'drift',
  tool: '0.1.0',
  clock: '2030-01-01T00:00:00.000Z',
  name: 'litware',
  complete: false,
  drift: [
    {
      address: 'partner/lync/exchange',
      kind: 'partner',
      deployment: 'lync',
      host: 'FE01',
      collected_at: '2030-01-01T00:00:00.000Z',
      is: 'differs',
      attributes: [
        {
          name: 'policies',
          declared: { Legal: { internal: true } },
          recorded: null,
          observed: ['a'],
          as_declared: false,
          accepted: { reason: 'r', until: '2030-06-30' },
        },
      ],
    },
  ],
  edges: [
    {
      address: 'edge/lync/exchange',
      findings: EDGE_CODES.map(code => ({
        code,
        severity: 'error',
        deployment: 'lync',
        text: 't',
        help: 'h',
      })),
    },
  ],
  pending: ['partner/exchange/lync'],
  unseen: [{ address: 'partner/exchange/lync', because: 'nothing was read of exchange' }],
  diagnostics: [],
};

describe('documents', () => {
  it.each(['lync-exchange', 'skype-exchange-se', 'no-features'])(
    'a plan of %s is one, saved or not',
    name => {
      const made = firstPlan(exampleText(name));
      expect(plan(made), JSON.stringify(plan.errors)).toBe(true);
      const saved: unknown = JSON.parse(new TextDecoder().decode(writePlan(made)));
      expect(plan(saved), JSON.stringify(plan.errors)).toBe(true);
    },
  );

  it('a plan with an unknown key, action or version is none', () => {
    const made = firstPlan(exampleText('lync-exchange')) as unknown as Record<string, unknown>;
    const [change] = made['changes'] as Record<string, unknown>[];
    expect(plan({ ...made, extra: 1 })).toBe(false);
    expect(plan({ ...made, format_version: '2.0' })).toBe(false);
    expect(plan({ ...made, changes: [{ ...change, actions: ['destroy'] }] })).toBe(false);
    expect(plan({ ...made, changes: [{ ...change, undo: undefined }] })).toBe(false);
  });

  it('drift is one, with every code that an edge can have', () => {
    const drift = published('drift');
    expect(drift(DRIFT), JSON.stringify(drift.errors)).toBe(true);
    expect(drift({ ...DRIFT, checksum: null })).toBe(false);
    expect(drift({ ...DRIFT, pending: ['not an address'] })).toBe(false);
  });

  it.each([
    ['state', state, STATE],
    ['receipt', receipt, RECEIPT],
  ] as const)('a %s is one as long as every field is what it should be', (_, check, document) => {
    expect(check(document), JSON.stringify(check.errors)).toBe(true);
    expect(check({ ...document, privateKey: 'x' })).toBe(false);
    for (const [key, value] of Object.entries(document)) {
      const less = Object.entries(document).filter(([name]) => name !== key);
      expect(check(Object.fromEntries(less)), `without ${key}`).toBe(false);
      const other = typeof value === 'string' ? 5 : 'five';
      expect(check({ ...document, [key]: other }), `${key}: ${other}`).toBe(false);
    }
  });

  it('a receipt of a dry run and of a removal is one', () => {
    const removed = { ...RECEIPT.resources[0], result: 'removed', before: { a: 1 }, after: null };
    expect(receipt({ ...RECEIPT, dry_run: true, resources: [removed], build: null })).toBe(true);
    expect(receipt({ ...RECEIPT, resources: [{ ...removed, result: 'deleted' }] })).toBe(false);
  });

  it('are canonical JSON whatever the order of their keys', () => {
    const turned = Object.fromEntries(Object.entries(STATE).reverse()) as Json;
    expect(state(turned)).toBe(true);
    expect(canonical(turned)).toBe(canonical(STATE as Json));
  });
});

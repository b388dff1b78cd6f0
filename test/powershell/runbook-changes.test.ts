import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { pfxOf } from './stage.ts';
import { testCertificate } from '../support/certificates.ts';
import type { Planned } from '../../src/index.ts';
import { delayed, namesOf, swapped, tryOut, type Dependence } from './deviate.ts';
import { begin, endOf, followed, foreignIn, goOn, type Beginning } from './beginning.ts';
import { inUse } from './cases.ts';
import { chargeOf } from './declared.ts';
import { beginWith, check, pass, report, Stuck, take, type Moment } from './follow.ts';
import { startShell, type Shell } from './shell.ts';
import type { World } from './world.ts';
import type { Edit } from '../support/rendered.ts';

const EXAMPLE = 'skype-exchange-se';

const REMOVAL: readonly Edit[] = [
  ['  - mutual: [skype, exchange]\n', '  []\n'],
  [
    `  - kind: on-premises
    between: [skype, exchange]
    features:
      exchange-archiving:
        configuration: global
        mode: ImOnly
        policies: { Legal: { internal: true, external: true } }
      unified-contact-store: off
    probe: { sipUri: 'sip:s2s-probe@northwindtraders.com' }
`,
    '  []\n',
  ],
];

const REALMS: readonly Edit[] = [
  [
    'additional: [northwind.de] } }\n  mail',
    'additional: [northwind.de] }, value: northwind.de }\n  mail',
  ],
  [
    'additional: [northwind.de] } }\n\ndeployments',
    'additional: [northwind.de] }, value: northwind.de }\n\ndeployments',
  ],
];

/** Skype goes back to its default; Exchange, where the value stands by now, to what it would be. */
const BACK: readonly Edit[] = REALMS.map(([from, to], index): Edit => [
  to,
  index === 0 ? from : to.replace('value: northwind.de', 'value: northwindtraders.com'),
]);

const REALM_DEPENDENCES: readonly Dependence[] = [
  [
    'skype/20-oauth-settings',
    'exchange/40-partner-skype',
    'the document of Skype, which is read at once, has the former realm before',
  ],
  [
    'exchange/20-oauth-settings',
    'exchange/50-restart early',
    'the services publish another realm only when they start',
  ],
  [
    'exchange/50-restart early',
    'skype/40-partner-exchange',
    'until then the document of Exchange has the former realm',
  ],
];

const REMOVED: readonly string[] = ['partner', 'feature', 'settings'];
const NOBODY = { skype: false, exchange: false };
const MUTUAL = { skype: true, exchange: true };
const EFFECTIVE = '2026-06-01T00:00:00Z';
const roll = (current: string) => `roll: { current: ${current}, effective: '${EFFECTIVE}' }`;

describe.skipIf(!hasEngine)('on servers that trust each other', () => {
  let shell: Shell;
  let first: Beginning;
  let trusting: Moment;

  beforeAll(async () => {
    shell = await startShell();
    first = await begin(shell, EXAMPLE, { change: inUse });
    trusting = endOf(await followed(first));
    await report(first.follower, first.office, trusting);
  });
  afterAll(() => shell.close());

  /** The same project and servers, for one test. */
  const again = (): Beginning => ({ ...first, office: first.office.copy() });

  it('a removed partner goes, with all that was declared of it', async () => {
    const removal = await goOn(again(), trusting, REMOVAL);
    const moments = await followed(removal);
    const end = endOf(moments);
    await check(removal.follower, end);
    await report(removal.follower, removal.office, end);
    const gone = first.planned.graph.resources.filter(({ kind }) => REMOVED.includes(kind));
    const left = gone.flatMap(one => chargeOf(familyOf(one), one, true).missing(end.world));
    expect(left).toEqual([]);
    expect(foreignIn(first.planned, end.world)).toEqual(
      foreignIn(first.planned, first.start.world),
    );
    expect(await accepted(shell, first.planned, end.world)).toEqual(NOBODY);
    expect(end.world.deployments['skype']?.['contactsMoving']).toBe(false);
    // Nothing in this runbook would show that the restart was left out; servers would go on.
    const [names, { steps }] = [namesOf(removal.follower.runbook.steps), removal.follower.runbook];
    const early = moments[names.indexOf('exchange/50-restart')] ?? trusting;
    expect(await accepted(shell, first.planned, early.world)).toEqual({
      ...NOBODY,
      exchange: true,
    });
    expect(steps.at(-1)).toBe(steps[names.indexOf('exchange/50-restart')]);
  });

  function familyOf({ deployment }: { readonly deployment: string }): string {
    return first.planned.subject.installations.get(deployment)?.product.family ?? '';
  }

  it('a new certificate of Skype takes over on its day', async () => {
    const certificate = testCertificate(4, {
      subject: 'CN=northwindtraders.com',
      names: ['northwindtraders.com', 'northwind.de'],
      notBefore: new Date('2026-03-01T00:00:00Z'),
    });
    const next = again();
    next.office.put('evidence/skype-next.cer', certificate);
    const pfx = pfxOf(certificate);
    const rolling = await goOn(
      next,
      trusting,
      [
        [
          'source: existing, public: evidence/skype-oauth.cer',
          `source: import, public: evidence/skype-next.cer, ${roll('evidence/skype-oauth.cer')}`,
        ],
      ],
      { fromAuthority: new Map([['skype', pfx ?? new Uint8Array()]]) },
    );
    await rolls(rolling, 'skype');
  });

  it('a new certificate of Exchange takes over on its day', async () => {
    const rolling = await goOn(again(), trusting, [
      [
        'source: existing, public: evidence/exchange-auth.cer',
        `source: generate, ${roll('evidence/exchange-auth.cer')}`,
      ],
    ]);
    await rolls(rolling, 'exchange');
  });

  describe('a changed realm of both sides', () => {
    let change: Beginning;
    let moments: readonly Moment[];

    beforeAll(async () => {
      change = await goOn(again(), trusting, REALMS, { agrees: ['-Replace'] });
      moments = await followed(change);
    });

    it('reaches the other side, there and back', async () => {
      const there = endOf(moments);
      await check(change.follower, there);
      const office = change.office.copy();
      await report(change.follower, office, there);
      expect(await accepted(shell, change.planned, there.world)).toEqual(MUTUAL);
      const home = await goOn({ ...change, office }, there, BACK, { agrees: ['-Replace'] });
      const end = endOf(await followed(home));
      await check(home.follower, end);
      await report(home.follower, office, end);
      expect(await accepted(shell, home.planned, end.world)).toEqual(MUTUAL);
      expect(foreignIn(home.planned, end.world)).toEqual(
        foreignIn(home.planned, first.start.world),
      );
    });

    it('is not made by whom nobody told that it is meant', async () => {
      const { office, follower } = change;
      const timid = beginWith({ shell, office, world: trusting.world, former: follower });
      await expect(take(timid, timid.runbook.steps, trusting)).rejects.toThrow(/-Replace/);
    });

    it.each(REALM_DEPENDENCES)('fails where %s and %s change places: %s', async (...pair) => {
      const { follower } = change;
      const { steps } = follower.runbook;
      for (const order of [swapped(steps, pair), delayed(steps, pair)]) {
        expect(await tryOut({ follower, moments }, order)).toBeDefined();
      }
    });
  });

  async function rolls(rolling: Beginning, issuer: 'skype' | 'exchange'): Promise<void> {
    const { office, follower } = rolling;
    const staged = endOf(await followed(rolling));
    await check(follower, staged);
    await report(follower, office, staged);
    const [sitting] = follower.runbook.sittings;
    expect(sitting?.after).toBe(EFFECTIVE);
    const before = await pass(follower, staged, 24 * 60);
    await check(follower, before);
    expect(await accepted(shell, rolling.planned, before.world)).toEqual(MUTUAL);
    const minutes = (Date.parse(EFFECTIVE) - Date.parse(before.world.clock)) / 60_000 + 30;
    const after = await pass(follower, before, minutes);
    const taken = await accepted(shell, rolling.planned, after.world);
    expect(taken[issuer === 'skype' ? 'exchange' : 'skype']).toBe(false);
    if (issuer === 'skype') await expect(check(follower, after)).rejects.toThrow(Stuck);
    const end = endOf(await take(follower, sitting?.steps ?? [], after));
    await check(follower, end);
    await report(follower, office, end);
    expect(await accepted(shell, rolling.planned, end.world)).toEqual(MUTUAL);
  }
});

/** By acceptor: whether its first server takes what the other side signs now. */
async function accepted(
  shell: Shell,
  { graph }: Planned,
  world: World,
): Promise<Readonly<Record<string, boolean>>> {
  const answers: Record<string, boolean> = {};
  for (const { acceptor, issuer, issuerName } of graph.edges) {
    const server = serverOf(world, acceptor);
    answers[acceptor] = await shell.accepts(world, server, issuerName, signing(world, issuer));
  }
  return answers;
}

function serverOf(world: World, deployment: string): string {
  return Object.entries(world.servers).find(([, one]) => one.deployment === deployment)?.[0] ?? '';
}

/** The thumbprint of what a deployment signs with at this moment. */
function signing({ deployments, clock }: World, deployment: string): string {
  const objects = deployments[deployment]?.objects ?? {};
  const [auth] = objects['AuthConfig'] ?? [];
  if (auth) {
    const due = auth['NextCertificateEffectiveDate'];
    const isDue = typeof due === 'string' && due !== '' && Date.parse(due) <= Date.parse(clock);
    const next = String(auth['NextCertificateThumbprint'] ?? '');
    return isDue && next !== '' ? next : String(auth['CurrentCertificateThumbprint']);
  }
  const due = (objects['CsCertificate'] ?? []).filter(
    one => Date.parse(String(one['EffectiveDate'])) <= Date.parse(clock),
  );
  const newest = due.sort(
    (a, b) => Date.parse(String(b['EffectiveDate'])) - Date.parse(String(a['EffectiveDate'])),
  )[0];
  return String(newest?.['Thumbprint'] ?? '');
}

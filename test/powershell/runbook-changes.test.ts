import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { pfxOf } from './stage.ts';
import { testCertificate } from '../support/certificates.ts';
import { begin, endOf, followed, foreignIn, goOn, type Beginning } from './beginning.ts';
import { inUse } from './cases.ts';
import { chargeOf } from './declared.ts';
import { check, pass, report, Stuck, take, type Moment } from './follow.ts';
import { startShell, type Shell } from './shell.ts';
import type { World } from './world.ts';
import type { Edit } from '../support/rendered.ts';

const EXAMPLE = 'skype-exchange-se';
const SKYPE = '00000004-0000-0ff1-ce00-000000000000@northwindtraders.com';
const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000@northwindtraders.com';

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
    await report(first.office, trusting);
  });
  afterAll(() => shell.close());

  /** The same project and servers, for one test. */
  const again = (): Beginning => ({ ...first, office: first.office.copy() });

  it('a removed partner goes, with all that was declared of it', async () => {
    const removal = await goOn(again(), trusting, REMOVAL);
    const end = endOf(await followed(removal));
    await check(removal.follower, end);
    await report(removal.office, end);
    for (const resource of first.planned.graph.resources) {
      if (!['partner', 'feature', 'settings'].includes(resource.kind)) continue;
      const family = first.planned.subject.installations.get(resource.deployment)?.product.family;
      expect(chargeOf(family ?? '', resource, true).missing(end.world)).toEqual([]);
    }
    expect(foreignIn(first.planned, end.world)).toEqual(
      foreignIn(first.planned, first.start.world),
    );
    expect(await accepted(shell, end.world)).toEqual({ skype: false, exchange: false });
  });

  it('a new certificate of Skype takes over on its day', async () => {
    const certificate = testCertificate(4, {
      subject: 'CN=northwindtraders.com',
      names: ['northwindtraders.com', 'northwind.de'],
      notBefore: new Date('2026-03-01T00:00:00Z'),
    });
    const next = again();
    next.office.put('evidence/skype-next.cer', certificate);
    const pfx = await pfxOf(certificate);
    const rolling = await goOn(
      next,
      trusting,
      [
        [
          'source: existing, public: evidence/skype-oauth.cer',
          `source: import, public: evidence/skype-next.cer, ${roll('evidence/skype-oauth.cer')}`,
        ],
      ],
      new Map([['skype', pfx ?? new Uint8Array()]]),
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

  async function rolls(rolling: Beginning, issuer: 'skype' | 'exchange'): Promise<void> {
    const { office, follower } = rolling;
    const staged = endOf(await followed(rolling));
    await check(follower, staged);
    await report(office, staged);
    const [sitting] = follower.runbook.sittings;
    expect(sitting?.after).toBe(EFFECTIVE);
    const before = await pass(follower, staged, 24 * 60);
    await check(follower, before);
    expect(await accepted(shell, before.world)).toEqual({ skype: true, exchange: true });
    const minutes = (Date.parse(EFFECTIVE) - Date.parse(before.world.clock)) / 60_000 + 30;
    const after = await pass(follower, before, minutes);
    const taken = await accepted(shell, after.world);
    expect(taken[issuer === 'skype' ? 'exchange' : 'skype']).toBe(false);
    if (issuer === 'skype') await expect(check(follower, after)).rejects.toThrow(Stuck);
    const end = endOf(await take(follower, sitting?.steps ?? [], after));
    await check(follower, end);
    await report(office, end);
    expect(await accepted(shell, end.world)).toEqual({ skype: true, exchange: true });
  }
});

/** Whether each side's first server takes what the other side signs now. */
async function accepted(
  shell: Shell,
  world: World,
): Promise<Record<'skype' | 'exchange', boolean>> {
  return {
    skype: await shell.accepts(
      world,
      serverOf(world, 'skype'),
      EXCHANGE,
      signing(world, 'exchange'),
    ),
    exchange: await shell.accepts(
      world,
      serverOf(world, 'exchange'),
      SKYPE,
      signing(world, 'skype'),
    ),
  };
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

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceFiles } from '../../src/evidence/evidence.ts';
import type { Drift } from '../../src/review/drift.ts';
import { hasEngine } from '../support/engine.ts';
import { begin, endOf, followed, type Beginning } from './beginning.ts';
import { evidenceAt, evidenceOf } from './collected.ts';
import { chargeOf } from './declared.ts';
import { report } from './follow.ts';
import { startShell, type Shell } from './shell.ts';
import type { World } from './world.ts';

const EXAMPLES = ['lync-exchange', 'skype-exchange-se'] as const;

/** What an alteration is called here, and the attribute that it alters in our words. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  ServiceName: 'serviceName',
  ExchangeAutodiscoverUrl: 'autodiscoverUrl',
  ExchangeAutodiscoverAllowedDomains: 'autodiscoverAllowedDomains',
  ApplicationTrustLevel: 'level',
  Enabled: 'enabled',
  AcceptSecurityIdentifierInformation: 'acceptSecurityIdentifiers',
  metadataUrl: 'metadataUrl',
  AuthMetadataUrl: 'metadataUrl',
  LinkedAccount: 'linkedAccount',
  Realm: 'realm',
  Name: 'name',
  UcsAllowed: 'contactStoreAllowed',
  EnableArchiving: 'mode',
  EnableExchangeArchiving: 'exchangeArchiving',
  ArchiveInternal: 'policies',
  ArchiveExternal: 'policies',
};

function attributeOf(alteration: string): string | undefined {
  return alteration.startsWith('role ') ? 'roles' : ATTRIBUTES[alteration];
}

/** No plan declares it by itself; the script makes it with the account. */
const UNDECLARED = ['HiddenFromAddressListsEnabled'];

/** Which attribute of what is not as it was left, and on which side. */
function told({ drift }: Drift): string[] {
  return drift.flatMap(({ address, deployment, is, attributes }) =>
    is === 'absent'
      ? [`${address} is absent on ${deployment}`]
      : attributes.map(({ name }) => `${name} of ${address} on ${deployment}`),
  );
}

/** The edges that an alteration on one side may say something of. */
function edgesOf(drift: Drift): string[] {
  return drift.edges.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
  );
}

describe.skipIf(!hasEngine).each(EXAMPLES)('drift of %s', example => {
  let shell: Shell;
  let beginning: Beginning;
  let world: World;
  let evidence: Map<string, EvidenceFiles>;
  let unreported: Drift;
  beforeAll(async () => {
    shell = await startShell();
    beginning = await begin(shell, example);
    const { office, follower } = beginning;
    const end = endOf(await followed(beginning));
    ({ world } = end);
    evidence = await evidenceOf(shell, world);
    office.now = new Date(Date.parse(world.clock) + 60_000);
    unreported = await office.drift([...evidence.values()]);
    await report(follower, office, end);
    office.now = new Date(Date.parse(world.clock) + 60_000);
  });
  afterAll(() => shell.close());

  it('after the runbook there is none, whether or not its receipts came back', async () => {
    for (const drift of [unreported, await beginning.office.drift([...evidence.values()])]) {
      expect([told(drift), edgesOf(drift), drift.pending, drift.unseen]).toEqual([[], [], [], []]);
      expect(drift.complete).toBe(true);
    }
  });

  it('names exactly what was altered, property by property, and the side', async () => {
    const { planned, office } = beginning;
    let alterations = 0;
    for (const resource of planned.graph.resources) {
      if (resource.kind === 'document') continue;
      const { address, deployment } = resource;
      const family = planned.subject.installations.get(deployment)?.product.family ?? '';
      for (const [name, alter] of Object.entries(chargeOf(family, resource, false).drifts)) {
        if (UNDECLARED.includes(name)) continue;
        const other = structuredClone(world);
        alter(other);
        const read = await evidenceAt(shell, other, deployment);
        const drift = await office.drift([...new Map(evidence).set(deployment, read).values()]);
        expect(told(drift), name).toEqual([
          `${attributeOf(name) ?? name} of ${address} on ${deployment}`,
        ]);
        expect([drift.pending, drift.unseen], name).toEqual([[], []]);
        alterations++;
      }
    }
    expect(alterations).toBeGreaterThan(14);
  });

  it('names a partner that somebody removed, and that only half of the trust is left', async () => {
    const { planned, office } = beginning;
    for (const resource of planned.graph.resources.filter(({ kind }) => kind === 'partner')) {
      const { address, deployment } = resource;
      const family = planned.subject.installations.get(deployment)?.product.family ?? '';
      const other = structuredClone(world);
      chargeOf(family, resource, false).withoutOurs(other);
      const read = await evidenceAt(shell, other, deployment);
      const drift = await office.drift([...new Map(evidence).set(deployment, read).values()]);
      expect(told(drift)).toEqual([`${address} is absent on ${deployment}`]);
      expect(edgesOf(drift)).toEqual(['half-trust']);
    }
  });
});

import { lyncPartner, type Change, type StepOfRunbook } from './cases.ts';
import { doneOnce, goneMeanwhile, takeAway, type Kind } from './kinds.ts';
import type { State } from './states.ts';
import type { Stop } from './stops.ts';
import type { StoredObject, World } from './world.ts';

const MAIL_SERVER = '00000002-0000-0ff1-ce00-000000000000';

/** States in which the script of a gate or of the feature behind it must stop. */
export function featureStops({ side, resource, removed }: StepOfRunbook): Stop[] {
  const { kind, name } = resource ?? {};
  if (removed) return [];
  const isGate = kind === 'settings' && name === 'contact-store';
  if (!isGate && name !== 'unified-contact-store') return [];
  return [
    {
      state: 'no global policy',
      change: world => objectsOf(world, side.name, 'CsUserServicesPolicy').splice(0),
      why: /there is not exactly one global user services policy/,
    },
    ...(isGate ? [openElsewhere(side.name)] : []),
  ];
}

/** Contacts of some users would move although the gate of all others is closed. */
function openElsewhere(side: string): Stop {
  return {
    state: 'a policy of a site is open',
    change(world) {
      objectsOf(world, side, 'CsUserServicesPolicy').push(
        { Identity: 'Tag:Board', UcsAllowed: false },
        { Identity: "Site:O'Brien", UcsAllowed: true },
      );
    },
    why: /'Site:O''Brien' -UcsAllowed[^]*contacts may also move by Site:O'Brien, which nobody/,
  };
}

/** States that the script of a gate gets along with, until it is to be taken back. */
export function gateStates({ side, resource }: StepOfRunbook): State[] {
  if (resource?.name !== 'contact-store') return [];
  return [
    {
      state: 'a site has a policy of its own',
      change(world) {
        objectsOf(world, side.name, 'CsUserServicesPolicy').unshift({
          Identity: 'Site:HQ',
          UcsAllowed: false,
        });
      },
      kind: 'do',
      run: doneOnce,
    },
    {
      state: 'fresh',
      change: () => undefined,
      kind: 'do, a trust stands, undo',
      run: thenTrusted(side.name),
    },
  ];
}

function thenTrusted(side: string): Kind {
  return async (run, { start }) => {
    const done = await run.do(start);
    run.succeeded(done);
    const world = structuredClone(done.after.world);
    const others = [
      lyncPartner('cloud', MAIL_SERVER, 'oauth-server'),
      { ...lyncPartner('disabled', MAIL_SERVER, 'metadata'), Enabled: false },
      lyncPartner('portal', '00000003-0000-0ff1-ce00-000000000000', 'metadata'),
    ];
    const partners = objectsOf(world, side, 'CsPartnerApplication');
    partners.push(...others, lyncPartner('mail', MAIL_SERVER, 'metadata'));
    const trusted = { ...done.after, world };
    const refused = await run.undo(trusted);
    run.stopped(refused, { why: /the trust with mail stands; opening the gate/ });
    run.unchanged(trusted, refused);
    run.told('undo, a trust stands', refused);
  };
}

/** States of archiving: what was there when it was run goes before it is taken back. */
export function archivingStates({ side, resource }: StepOfRunbook): State[] {
  const { name, attributes = {} } = resource ?? {};
  if (name !== 'exchange-archiving') return [];
  const configuration = String(attributes['configuration']);
  const policies = Object.keys((attributes['policies'] ?? {}) as object);
  const goes = (
    kind: string,
    isIt: (identity: string) => boolean,
    property = 'ArchiveInternal',
  ): State => ({
    state: `done, and ${property} of ${kind} altered`,
    change: altered(side.name, isIt, property),
    isDone: true,
    kind: `do, ${kind} goes, undo`,
    run: goneMeanwhile(world => {
      for (const objects of archivingOf(world, side.name)) {
        takeAway(objects, one => isIt(String(one['Identity'])));
      }
    }),
  });
  return [
    {
      state: 'policies of others archive',
      change: world =>
        void objectsOf(world, side.name, 'CsArchivingPolicy').push(...OTHER_POLICIES),
      kind: 'do',
      run: doneOnce,
    },
    ...(configuration === 'global'
      ? []
      : [
          goes(
            'a configuration',
            identity => identity.toLowerCase() === configuration.toLowerCase(),
          ),
        ]),
    ...['ArchiveInternal', 'ArchiveExternal'].flatMap(property =>
      policies.map(policy =>
        goes(`policy ${policy}`, identity => identity === `Tag:${policy}`, property),
      ),
    ),
  ];
}

/** Somebody turned it round, so that there is something to do. */
function altered(side: string, isIt: (identity: string) => boolean, property: string): Change {
  return world => {
    for (const one of archivingOf(world, side).flat()) {
      if (!isIt(String(one['Identity']))) continue;
      if (property in one) one[property] = one[property] !== true;
      if ('EnableArchiving' in one) one['EnableArchiving'] = 'None';
    }
  };
}

/** Each moves to the mailbox with the rest, but for the last. */
const OTHER_POLICIES = [
  { Identity: 'Tag:Inside', ArchiveInternal: true, ArchiveExternal: false },
  { Identity: 'Tag:Outside', ArchiveInternal: false, ArchiveExternal: true },
  { Identity: 'Tag:Nothing', ArchiveInternal: false, ArchiveExternal: false },
];

function archivingOf(world: World, side: string): StoredObject[][] {
  const kinds = ['CsArchivingConfiguration', 'CsArchivingPolicy'];
  return kinds.map(kind => objectsOf(world, side, kind));
}

function objectsOf(world: World, side: string, kind: string): StoredObject[] {
  return world.deployments[side]?.objects[kind] ?? [];
}

import { partnerIn, type Change, type StepOfRunbook } from './cases.ts';
import {
  brokenElsewhere,
  doneOnce,
  goneMeanwhile,
  nothingToDo,
  stopping,
  takeAway,
  type Kind,
} from './kinds.ts';
import type { State } from './states.ts';
import { formerUrl } from './declared.ts';
import type { WebFacts, World } from './world.ts';

const once = { kind: 'do', run: doneOnce };

/** One of two groups is enough. */
export const inAnotherGroup: State = {
  state: 'in another group',
  change: world => (world.here.groups = ['RTCUniversalServerAdmins']),
  isDone: true,
  kind: 'nothing to do',
  run: nothingToDo,
};

/** States that the script of a partner gets along with, where a partner has an account. */
export function partnerStates(step: StepOfRunbook): State[] {
  const { side, resource } = step;
  const { attributes = {} } = resource ?? {};
  const name = String(attributes['linkedAccount']);
  const withoutAccount: Change = world => {
    const objects = world.deployments[side.name]?.objects ?? {};
    objects['User'] = (objects['User'] ?? []).filter(one => one['Name'] !== name);
  };
  const gone = {
    state: 'its account is gone',
    change: withoutAccount,
    isDone: true,
    kind: 'stops',
    run: stopping(/the account \S+ of this partner is gone/),
  };
  const again = { parameters: ' -Refresh', isDone: true, ...once };
  const disabled = {
    state: 'disabled by somebody',
    change: (world: World) =>
      (partnerIn(world, step).ours['Enabled'] = attributes['enabled'] !== true),
    isDone: true,
  };
  return [
    gone,
    {
      state: 'read again',
      change: world => (partnerIn(world, step).ours['CertificateStrings'] = [STALE]),
      missing: world => stale(partnerIn(world, step).ours['CertificateStrings']),
      ...again,
    },
    {
      state: 'read again at another address',
      change(world) {
        partnerIn(world, step).ours['AuthMetadataUrl'] = formerUrl(attributes);
        world.web[formerUrl(attributes)] = { deployment: String(resource?.name) };
      },
      ...again,
    },
    {
      state: 'its realm is not shown',
      change: world => (partnerIn(world, step).ours['Realm'] = ''),
      missing: () => [],
      isDone: true,
      kind: 'nothing to do',
      run: nothingToDo,
    },
    {
      ...disabled,
      kind: 'do, a role goes, undo',
      run: goneMeanwhile(world =>
        takeAway(
          world.deployments[side.name]?.objects['ManagementRoleAssignment'],
          one => one['RoleAssigneeName'] === name,
        ),
      ),
    },
    {
      state: 'the declared realm is pinned here',
      change: world => pinned(world, side.name, side.domains[0]),
      ...once,
    },
    { ...disabled, kind: 'do, the account goes, undo', run: accountGoes(withoutAccount) },
    ...(attributes['createAccount'] === false
      ? [noneMade(withoutAccount)]
      : madeStates(name, side)),
    ...(attributes['trustAnyCertificate'] === true ? [untrusted(attributes['metadataUrl'])] : []),
  ];
}

/** A key of a partner as it was read once; its document carries others by now. */
const STALE = 'AAAA';

function stale(keys: unknown): string[] {
  return String(keys) === STALE ? ['its keys were not read again'] : [];
}

/** The realm that an organization puts into its tokens, whatever its domains are. */
export function pinned(world: World, deployment: string, realm: unknown): void {
  for (const one of world.deployments[deployment]?.objects['AuthConfig'] ?? [])
    one['Realm'] = realm;
}

/** No script makes an account; an undo that misses one says so. */
function accountGoes(take: Change): Kind {
  return async (run, { start }) => {
    const done = await run.do(start);
    run.succeeded(done);
    const world = structuredClone(done.after.world);
    take(world);
    const back = await run.undo({ ...done.after, world });
    run.stopped(back, { why: /the account \S+ is gone\. Have it made again/ });
    run.unchanged({ ...done.after, world }, back);
    run.told('undo, its account gone', back);
  };
}

function noneMade(change: Change): State {
  return {
    state: 'no account',
    change,
    kind: 'stops',
    run: stopping(/the account \S+ is not there, and no script here may make one/),
  };
}

/** What an earlier run of the vendor's script left. */
function madeStates(name: string, side: StepOfRunbook['side']): State[] {
  return [
    { state: 'the account is there', change: withAccount(side.name, name), ...once },
    {
      state: 'fresh',
      change: () => undefined,
      kind: 'broken off, do on another controller',
      run: brokenElsewhere,
    },
  ];
}

function untrusted(url: unknown): State {
  const change = answering(url, facts => (facts.untrusted = true));
  return { state: 'a certificate that nobody trusts', change, ...once };
}

/** Servers that send JSON without saying that it is a text. */
function untyped(url: unknown): State {
  const change = answering(url, facts => (facts.untyped = true));
  return { state: 'a document without a type', change, ...once };
}

/** How a partner's document is answered, or everything at its host. */
function answering(url: unknown, change: (facts: WebFacts) => void): Change {
  return world => {
    const at = new URL(String(url));
    for (const address of [String(url), `${at.origin}/`]) {
      const facts = world.web[address];
      if (facts) change(facts);
    }
  };
}

/** An account as the vendor's script makes it, for a side. */
export function withAccount(side: string, name: string): Change {
  return world => {
    const users = world.deployments[side]?.objects['User'];
    const [like = {}] = users ?? [];
    users?.push({
      ...like,
      Name: name,
      Alias: name,
      RecipientTypeDetails: 'MailUser',
      AccountDisabled: true,
      HiddenFromAddressListsEnabled: true,
    });
  };
}

/** States of a partner that has no account: its document is read again when that is asked for. */
export function keyStates(step: StepOfRunbook): State[] {
  const { basis, metadataUrl, enabled } = step.resource?.attributes ?? {};
  const goes: State = {
    state: 'disabled by somebody',
    change: world => (partnerIn(world, step).ours['Enabled'] = enabled !== true),
    isDone: true,
    kind: 'do, the partner goes, undo',
    run: goneMeanwhile(world => {
      const { ours } = partnerIn(world, step);
      const objects = world.deployments[step.side.name]?.objects ?? {};
      takeAway(objects['CsPartnerApplication'], one => one === ours);
    }),
  };
  if (basis !== 'metadata') return [goes, inAnotherGroup];
  return [
    goes,
    inAnotherGroup,
    untyped(metadataUrl),
    {
      state: 'read again',
      change: world => (partnerIn(world, step).ours['keys'] = [STALE]),
      missing: world => stale(partnerIn(world, step).ours['keys']),
      parameters: ' -Refresh',
      isDone: true,
      ...once,
    },
  ];
}

/** States of the one object that says in whose name tokens are signed. */
export function realmStates({ resource }: StepOfRunbook): State[] {
  const realm = resource?.attributes['realm'];
  if (realm === null || realm === undefined) return [];
  return [
    {
      state: 'fresh',
      change: () => undefined,
      kind: 'broken off, do on another controller',
      run: brokenElsewhere,
    },
  ];
}

/** States of the settings of a side that keeps more than a realm in them. */
export function settingsStates({ side }: StepOfRunbook): State[] {
  return [
    {
      state: 'an odd name is there',
      change(world) {
        for (const one of world.deployments[side.name]?.objects['CsOAuthConfiguration'] ?? []) {
          // What was there is kept to the last character.
          one['ServiceName'] = 'a "name" of C:\\odd\b\t\n\f\r\u0001 kind';
        }
      },
      isDone: true,
      ...once,
    },
  ];
}

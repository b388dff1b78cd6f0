import { partnerIn, type Change, type StepOfRunbook } from './cases.ts';
import type { Rendered } from '../support/rendered.ts';
import { formerUrl } from './declared.ts';

/** A state that a script changes only when it is told a switch beside what the runbook says. */
export interface Consent {
  readonly state: string;
  readonly change: Change;
  /** What it says without the switch. */
  readonly why: RegExp;
  readonly parameters: string;
}

const OTHER = 'pinned.example.com';

/** All such states of a script. */
export function consentsOf(step: StepOfRunbook, rendered: Rendered): Consent[] {
  const { side, resource, removed } = step;
  if (removed || typeof resource?.attributes['realm'] !== 'string') return [];
  if (resource.kind === 'oauth-settings') return [anotherRealm(step)];
  return resource.kind === 'partner' && side.family !== 'exchange-server'
    ? partnerOfAnotherRealm(step, rendered)
    : [];
}

function anotherRealm({ side }: StepOfRunbook): Consent {
  const object = side.family === 'exchange-server' ? 'AuthConfig' : 'CsOAuthConfiguration';
  return {
    state: 'another realm is pinned',
    change(world) {
      for (const one of world.deployments[side.name]?.objects[object] ?? []) one['Realm'] = OTHER;
    },
    why: /the realm is pinned to pinned\.example\.com, declared is /,
    parameters: ' -Replace',
  };
}

/** The partner as it was: its document stood elsewhere, and stands there still. */
function partnerOfAnotherRealm(step: StepOfRunbook, rendered: Rendered): Consent[] {
  const { name, attributes = {} } = step.resource ?? {};
  const path = `${String(name)}/metadata/document.json`;
  const found = rendered.proposal.artifacts.find(one => one.path === path);
  if (!found || attributes['basis'] !== 'metadata') return [];
  const published = Buffer.from(found.bytes).toString();
  const realm = String(attributes['realm']);
  const body = published.replaceAll(`@${realm}"`, `@${OTHER}"`).replace(`"${realm}"`, `"${OTHER}"`);
  return [
    {
      state: 'of another realm',
      change(world) {
        const url = formerUrl(attributes);
        world.web[url] = { status: 200, body };
        Object.assign(partnerIn(world, step).ours, { Realm: OTHER, metadataUrl: url });
      },
      why: /the realm of \S+ is pinned\.example\.com, declared is .*cannot change in place/,
      parameters: ' -Replace',
    },
  ];
}

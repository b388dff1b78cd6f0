import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../kernel/json.ts';
import type { TrustEdge } from '../graph/trust-edge.ts';
import { signedToken, unsignedToken } from './mint.ts';
import type { Receiver } from './receiver.ts';
import type { Sender } from './sender.ts';

/** Everything at hand to write tokens of one edge, good ones and bad ones. */
export interface Bench {
  readonly sender: Sender;
  readonly receiver: Receiver;
  /** Signs for the issuer. */
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  /** Signs for the acceptor, which must not accept itself. */
  readonly own: { readonly key: KeyObject; readonly thumbprint: string };
  /** Signs for nobody. */
  readonly stranger: KeyObject;
  /** A principal and a thumbprint that are nobody's. */
  readonly nobody: { readonly principal: string; readonly thumbprint: string };
}

/** What is wrong with a token on purpose. */
export interface Changes {
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly key?: KeyObject;
}

/** The actor token, right in everything but the given changes. */
export function actorToken(bench: Bench, changes: Changes = {}): Promise<string> {
  const header = { ...bench.sender.header, ...changes.header };
  return signedToken(
    header,
    { ...bench.sender.claims, ...changes.claims },
    changes.key ?? bench.key,
  );
}

/** A user's token, right in everything but the given changes of the outer claims. */
export async function userToken(
  bench: Bench,
  outer: JsonObject = {},
  actor: Changes = {},
): Promise<string> {
  const claims = { trustedfordelegation: 'true', ...actor.claims };
  const actortoken = await actorToken(bench, { ...actor, claims });
  return unsignedToken({ ...bench.sender.outer, ...outer, actortoken });
}

/** A user named by security identifier and nothing else. */
export const BY_IDENTIFIER: JsonObject = {
  nameid: 's-1-5-21-1004336348-1177238915-682003330-1104',
  nii: 'urn:office:idp:activedirectory',
};

/** Whether an edge lets the application call as itself. */
export function mayItself({ enabled, level }: TrustEdge): boolean {
  return enabled && level !== 'user';
}

/** Whether an edge lets the application represent users. */
export function mayUsers({ enabled, level }: TrustEdge): boolean {
  return enabled && level !== 'application';
}

import { edgeAddress, type EdgeAddress } from '../kernel/address.ts';
import type { Json } from '../kernel/json.ts';
import { evaluate } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Partner } from '../topology/topology.ts';
import { once } from './once.ts';

/** A declared direction of trust between two deployments that are known. */
export interface Direction {
  readonly partner: Partner;
  readonly acceptor: Installation;
  readonly issuer: Installation;
  readonly address: EdgeAddress;
}

/** Every direction whose two sides are known, in the order they were written. */
export const directions = once(({ topology, installations }): readonly Direction[] => {
  const found: Direction[] = [];
  for (const partner of topology.partners) {
    const acceptor = installations.get(partner.acceptor);
    const issuer = installations.get(partner.issuer);
    if (acceptor && issuer) found.push({ partner, acceptor, issuer, address: addressOf(partner) });
  }
  return found;
});

/** The address of the edge that a partner declares. */
export function addressOf({ acceptor, issuer }: Partner): EdgeAddress {
  return edgeAddress(acceptor, issuer);
}

/** Directions of trust by their address; of duplicates the first. */
export const partnersByEdge = once(({ topology }): ReadonlyMap<EdgeAddress, Partner> => {
  const found = new Map<EdgeAddress, Partner>();
  for (const partner of topology.partners) {
    const address = addressOf(partner);
    if (!found.has(address)) found.set(address, partner);
  }
  return found;
});

/** Attributes of the object that the acceptor will keep for the issuer; null where undecided. */
export function partnerAttributes(
  { acceptor, issuer, partner }: Direction,
  attributes: readonly string[],
): Json[] {
  const expressions = acceptor.product.objects.partner?.attributes ?? {};
  const { basis, level, name = null } = partner;
  const scope = { ...acceptor.scope, other: issuer.scope, partner: { basis, level, name } };
  return attributes.map(one => evaluate(expressions[one] ?? null, scope, acceptor.follow));
}

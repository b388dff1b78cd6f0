import { edgeAddress, type EdgeAddress } from '../kernel/address.ts';
import { evaluate } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Partner } from '../topology/topology.ts';
import type { Subject } from './rule.ts';

/** A declared direction of trust between two deployments that are known. */
export interface Direction {
  readonly partner: Partner;
  readonly acceptor: Installation;
  readonly issuer: Installation;
  readonly address: EdgeAddress;
}

/** Every direction whose two sides are known, in the order they were written. */
export function directions({ topology, installations }: Subject): Direction[] {
  return topology.partners.flatMap(partner => {
    const acceptor = installations.get(partner.acceptor);
    const issuer = installations.get(partner.issuer);
    if (!acceptor || !issuer) return [];
    return [{ partner, acceptor, issuer, address: addressOf(partner) }];
  });
}

/** The address of the edge that a partner declares. */
export function addressOf({ acceptor, issuer }: Partner): EdgeAddress {
  return edgeAddress(acceptor, issuer);
}

/** Directions of trust by their address; of duplicates the first. */
export function partnersByEdge(partners: readonly Partner[]): Map<EdgeAddress, Partner> {
  const found = new Map<EdgeAddress, Partner>();
  for (const partner of partners) {
    const address = addressOf(partner);
    if (!found.has(address)) found.set(address, partner);
  }
  return found;
}

/** One attribute of the object that the acceptor will keep for the issuer. */
export function partnerAttribute(direction: Direction, attribute: string): string | undefined {
  const { acceptor, issuer, partner } = direction;
  const expression = acceptor.product.objects.partner?.attributes?.[attribute];
  if (expression === undefined) return undefined;
  const { basis, level, name = null } = partner;
  const other = { ...issuer.scope, application: issuer.product.application, realm: issuer.realm };
  const scope = { ...acceptor.scope, other, partner: { basis, level, name } };
  const value = evaluate(expression, scope, acceptor.follow);
  return typeof value === 'string' ? value : undefined;
}

import type { EdgeAddress } from '../kernel/address.ts';
import type { Path } from '../kernel/json.ts';
import type { Basis, Level } from '../topology/topology.ts';

/** Directed: `acceptor` accepts tokens that `issuer` signs. Mutual trust is two edges. */
export interface TrustEdge {
  readonly address: EdgeAddress;
  readonly at: Path;
  readonly acceptor: string;
  readonly issuer: string;
  readonly basis: Basis;
  readonly level: Level;
  /** `<principal>@<realm>` of the issuer: what its tokens carry as `iss`. */
  readonly issuerName: string;
  /** `<principal>@<realm>` of the acceptor; with a host between, the `aud` of a token. */
  readonly acceptorName: string;
  readonly acceptSecurityIdentifiers: boolean;
  readonly trustAnyCertificate: boolean;
  readonly enabled: boolean;
}

import type { TrustEdge } from '../graph/trust-edge.ts';
import type { Secret } from '../kernel/secret.ts';
import type { KeyPair } from '../ports/world.ts';
import type { Catalog } from '../products/product.ts';

/** Everything a proof may look at. */
export interface ProofInput {
  /** The artifact tree: path to bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Which edges must exist; what they are worth, only the bytes say. */
  readonly edges: readonly TrustEdge[];
  readonly catalog: Catalog;
  /** Deployment to product id. */
  readonly products: ReadonlyMap<string, string>;
  /** Opens the private key of a deployment (PKCS#8 DER); `undefined` where it is elsewhere. */
  open(deployment: string): Promise<Secret | undefined>;
  readonly now: Date;
  random(bytes: number): Uint8Array;
  newKeyPair(bits: number): Promise<KeyPair>;
  /** Whether every file is compared with the manifest's digest. */
  readonly digests: boolean;
  /** Whether forgeries are tried; default yes. */
  readonly forgeries?: boolean;
}

import type { CertificateInfo, NamedCertificates } from '../kernel/certificate.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { seenIssuer, type SeenIssuer } from '../evidence/issuer.ts';
import type { Published } from '../evidence/read-fetched.ts';
import { rivalsOf } from '../evidence/sight.ts';
import type { Sighting } from '../evidence/sighting.ts';
import type { Graph } from '../graph/resource.ts';
import type { TrustEdge } from '../graph/trust-edge.ts';
import type { Installation } from '../products/installation.ts';
import type { SeenFacts } from '../products/product.ts';

/** What both ends of an edge are read from. */
export interface Estate {
  readonly graph: Graph;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** By the deployment that publishes it. */
  readonly documents: ReadonlyMap<string, Published>;
  readonly certificates: NamedCertificates;
  /** Of resources, by address. */
  readonly sightings: ReadonlyMap<string, Sighting>;
  readonly pending: readonly string[];
  readonly now: Date;
}

/** An edge with what was seen of both of its ends; what is not here is not known. */
export interface Ends {
  readonly edge: TrustEdge;
  readonly issuer: Installation;
  /** The partner at the acceptor. */
  readonly partner: Sighting | undefined;
  /** The one of the other direction, at the issuer, where that is declared too. */
  readonly opposite: Sighting | undefined;
  /** Whether the partner is still to be made what it is declared as. */
  readonly isPending: boolean;
  /** Whether the issuer's certificate or settings are. */
  readonly isIssuerPending: boolean;
  /** The one object of the partner, and how it is read. */
  readonly object: JsonObject | undefined;
  readonly facts: SeenFacts | undefined;
  /** Names of other objects at the acceptor that let in the same issuer by a key from elsewhere. */
  readonly rivals: readonly string[];
  /** The URL from which the acceptor is meant to learn the issuer's keys, where it is declared. */
  readonly metadataUrl: string | undefined;
  readonly seen: SeenIssuer | undefined;
  /** Of the certificate that signs. */
  readonly certificate: CertificateInfo | undefined;
  readonly document: Published | undefined;
  readonly now: Date;
}

/** What a deployment issues tokens by. */
const ISSUING = ['certificate', 'oauth-settings'];

/** Both ends of every edge of a topology. */
export function endsOf(estate: Estate): readonly Ends[] {
  const { graph, installations, sightings } = estate;
  const pending = new Set(estate.pending);
  const issuers = issuersOf(estate);
  const named = new Map(
    estate.certificates.flatMap(({ info }) => (info ? [[info.thumbprint as string, info]] : [])),
  );
  const declared = new Map(graph.resources.map(one => [one.address as string, one.attributes]));
  return graph.edges.flatMap((edge): Ends[] => {
    const issuer = installations.get(edge.issuer);
    if (!issuer) return [];
    const address = `partner/${edge.acceptor}/${edge.issuer}`;
    const opposite = `partner/${edge.issuer}/${edge.acceptor}`;
    const partner = sightings.get(address);
    const url = declared.get(address)?.['metadataUrl'];
    const seen = issuers.get(edge.issuer);
    return [
      {
        edge,
        issuer,
        partner,
        opposite: declared.has(opposite) ? sightings.get(opposite) : undefined,
        isPending: pending.has(address),
        isIssuerPending: ISSUING.some(kind => pending.has(`${kind}/${edge.issuer}`)),
        object: partner?.is === 'there' ? partner.object : undefined,
        facts: installations.get(edge.acceptor)?.product.objects.partner?.seen,
        rivals: rivalsAt(edge.acceptor, declared.get(address), estate),
        metadataUrl: typeof url === 'string' ? url : undefined,
        seen,
        certificate: seen?.certificate ?? named.get(seen?.signing ?? ''),
        document: estate.documents.get(edge.issuer),
        now: estate.now,
      },
    ];
  });
}

/** Every deployment that was read, as one that issues tokens. */
function issuersOf({ evidence, installations }: Estate): ReadonlyMap<string, SeenIssuer> {
  return new Map(
    [...evidence].flatMap(([name, one]) => {
      const product = installations.get(name)?.product;
      return product ? [[name, seenIssuer(product, one)] as const] : [];
    }),
  );
}

function rivalsAt(
  acceptor: string,
  attributes: JsonObject | undefined,
  { installations, evidence }: Estate,
): readonly string[] {
  const object = installations.get(acceptor)?.product.objects.partner;
  const read = evidence.get(acceptor);
  if (!object?.seen || !read || !attributes) return [];
  const { seen: facts, naturalKey, identity } = object;
  return rivalsOf({ attributes, facts, naturalKey, identity }, read);
}

import { byAddress } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Graph } from '../graph/resource.ts';
import type { StateEdge, StateEntry } from '../state/snapshot.ts';
import type { Sightings } from './sightings.ts';
import { acceptedKeys, stateEdges } from './trust.ts';

/** Recorded edges, and what was seen of both of their ends. */
export interface EdgesSeen {
  readonly recorded: readonly StateEdge[];
  readonly resources: readonly StateEntry[];
  readonly sightings: Sightings;
}

/** Trust as the servers say it: who accepts whom, how far, by which keys. */
export function observedEdges(
  graph: Graph,
  { recorded, resources, sightings }: EdgesSeen,
): StateEdge[] {
  const entries = new Map(resources.map(entry => [entry.address as string, entry.attributes]));
  const edges = new Map(recorded.map(edge => [edge.address, edge]));
  for (const declared of stateEdges(graph)) {
    const { address } = declared;
    const [, acceptor = '', issuer = ''] = address.split('/');
    const partner = sightings.get(`partner/${acceptor}/${issuer}`)?.is;
    if (partner === 'absent') edges.delete(address);
    if (partner !== 'there') continue;
    const here = entries.get(`partner/${acceptor}/${issuer}`) ?? {};
    const signing = entries.get(`certificate/${issuer}`);
    const isSigningSeen = sightings.get(`certificate/${issuer}`)?.is === 'there';
    const keys = isSigningSeen && signing ? { keys: acceptedKeys(signing) } : {};
    // Keys of which nothing is recorded and nothing was seen count as new.
    const { attributes } = edges.get(address) ?? unknownKeys(declared);
    edges.set(address, { address, attributes: { ...attributes, ...limits(here), ...keys } });
  }
  return [...edges.values()].sort(byAddress);
}

function unknownKeys({ address, attributes }: StateEdge): StateEdge {
  return { address, attributes: { ...attributes, keys: [] } };
}

const LIMITS = ['enabled', 'acceptSecurityIdentifiers', 'metadataUrl', 'trustAnyCertificate'];

/** What a partner lets in, in the words of an edge; a server writes levels with a capital. */
function limits(partner: JsonObject): JsonObject {
  const { level, principal, realm } = partner;
  const isNamed = typeof principal === 'string' && typeof realm === 'string';
  const told = LIMITS.filter(key => key in partner).map(key => [key, partner[key] ?? null]);
  return {
    ...(Object.fromEntries(told) as JsonObject),
    ...(typeof level === 'string' && { level: level.toLowerCase() }),
    ...(isNamed && { issuer: `${principal}@${realm}` }),
  };
}

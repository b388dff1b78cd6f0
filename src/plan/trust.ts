import { byAddress, byCodeUnit, canonical } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { Graph } from '../graph/resource.ts';
import type { TrustEdge } from '../graph/trust-edge.ts';
import type { Snapshot, StateEdge } from '../state/snapshot.ts';
import type { Change, EdgeReading, Plan, Reading } from './plan.ts';

/** Values in the order in which they let more in. What is not listed here always widens. */
const SCALES: Readonly<Record<string, readonly Json[]>> = {
  level: ['user', 'application', 'full'],
  enabled: [false, true],
  acceptSecurityIdentifiers: [false, true],
  trustAnyCertificate: [false, true],
};

/** Every edge as it is recorded: who accepts whom, how far, by which keys. */
export function stateEdges(graph: Graph): StateEdge[] {
  const keys = new Map(
    graph.resources
      .filter(({ kind }) => kind === 'certificate')
      .map(one => [one.deployment, acceptedKeys(one.attributes)]),
  );
  const partners = new Map(graph.resources.map(one => [one.address as string, one]));
  return graph.edges
    .map(edge => {
      const partner = partners.get(`partner/${edge.acceptor}/${edge.issuer}`)?.attributes ?? {};
      const accepted = keys.get(edge.issuer) ?? [];
      return { address: edge.address, attributes: edgeAttributes(edge, partner, accepted) };
    })
    .sort(byAddress);
}

/** Keys by which tokens are accepted; one that is still to be made is a key too, and a new one. */
export function acceptedKeys({ source, thumbprint = null, previous = null }: JsonObject): string[] {
  const next = thumbprint ?? (source === 'existing' ? null : 'not made yet');
  return [previous, next].filter(key => typeof key === 'string');
}

function edgeAttributes(edge: TrustEdge, partner: JsonObject, keys: Json): JsonObject {
  return {
    issuer: edge.issuerName,
    acceptor: edge.acceptorName,
    basis: edge.basis,
    level: edge.level,
    enabled: edge.enabled,
    acceptSecurityIdentifiers: edge.acceptSecurityIdentifiers,
    trustAnyCertificate: edge.trustAnyCertificate,
    metadataUrl: partner['metadataUrl'] ?? null,
    keys,
  };
}

/**
 * Reads what a plan does to trust, edge by edge, and as a whole. What is managed no longer and
 * stays on its server lets in whom it let in before.
 */
export function readTrust(
  graph: Graph,
  snapshot: Snapshot | undefined,
  changes: readonly Change[] = [],
): Plan['trust'] {
  const stay = new Set(
    changes
      .filter(({ kind, actions }) => kind === 'partner' && actions[0] === 'forget')
      .map(one => one.address.replace('partner/', 'edge/')),
  );
  return readEdges(snapshot?.edges ?? [], stateEdges(graph), stay);
}

/** Reads what a change of edges does to trust; those of `stay` go from the record alone. */
export function readEdges(
  from: readonly StateEdge[],
  to: readonly StateEdge[],
  stay: ReadonlySet<string> = new Set(),
): Plan['trust'] {
  const before = new Map(from.map(edge => [edge.address, edge.attributes]));
  const after = new Map(to.map(edge => [edge.address, edge.attributes]));
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort(byCodeUnit);
  const edges = addresses.map((address): EdgeReading => {
    const [was, is] = [before.get(address) ?? null, after.get(address) ?? null];
    const reading = !is && stay.has(address) ? 'same' : readEdge(was, is);
    return { address, reading, before: was, after: is };
  });
  return { reading: wholeReading(edges.map(({ reading }) => reading)), edges };
}

function wholeReading(readings: readonly Reading[]): Reading {
  if (readings.includes('widens')) return 'widens';
  return readings.includes('narrows') ? 'narrows' : 'same';
}

function readEdge(before: JsonObject | null, after: JsonObject | null): Reading {
  if (!before) return 'widens';
  if (!after) return 'narrows';
  const changed = Object.keys(after).filter(
    key => canonical(before[key] ?? null) !== canonical(after[key] ?? null),
  );
  return wholeReading(
    changed.map(key => readAttribute(key, before[key] ?? null, after[key] ?? null)),
  );
}

function readAttribute(key: string, before: Json, after: Json): Reading {
  if (key === 'keys') return readKeys(before, after);
  const scale = SCALES[key];
  if (!scale) return 'widens';
  return scale.indexOf(after) > scale.indexOf(before) ? 'widens' : 'narrows';
}

/** A key that was not accepted before widens, even where it follows one of ours. */
function readKeys(before: Json, after: Json): Reading {
  const known = new Set(Array.isArray(before) ? before : []);
  const added = Array.isArray(after) && after.some(key => !known.has(key));
  return added ? 'widens' : 'narrows';
}

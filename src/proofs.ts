import { address } from './kernel/address.ts';
import type { World } from './ports/world.ts';
import type { Checked } from './compile.ts';
import type { Proposal } from './propose.ts';
import type { ProofInput } from './proof/prove.ts';

/** Where the bytes to be proved come from, and whether the manifest's digests count. */
export interface ProofSource {
  readonly from: 'memory' | 'disk';
  readonly digests: boolean;
}

/** What the prover gets: bytes, the edges that must be in them, and a way to open keys. */
export async function proofInput(
  { subject, graph, artifacts }: Required<Checked> & Proposal,
  world: World,
  { from, digests }: ProofSource,
): Promise<ProofInput> {
  const rendered = new Map(artifacts.map(({ path, bytes }) => [path, bytes]));
  const files = from === 'memory' ? rendered : await written(world);
  const products = [...subject.topology.deployments.values()];
  return {
    files,
    edges: graph.edges,
    catalog: subject.catalog,
    products: new Map(products.map(({ name, product }) => [name, product])),
    open: deployment => world.keys.open(address('certificate', deployment)),
    now: subject.now,
    random: bytes => world.random(bytes),
    newKeyPair: bits => world.newKeyPair(bits),
    digests,
  };
}

async function written({ artifacts }: World): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const path of (await artifacts.list()).keys()) {
    const bytes = await artifacts.read(path);
    if (bytes) files.set(path, bytes);
  }
  return files;
}

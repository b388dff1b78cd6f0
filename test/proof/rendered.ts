import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryWorld } from '../../src/adapters/memory.ts';
import { prepareKeys } from '../../src/apply/keys.ts';
import { check, isSound } from '../../src/compile.ts';
import { createReport } from '../../src/kernel/report.ts';
import type { ProofInput } from '../../src/proof/prove.ts';
import { proofInput } from '../../src/proofs.ts';
import { propose } from '../../src/propose.ts';
import { TEST_KEY_COUNT, testKeyPair } from '../support/keys.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;

/** What the prover gets of an example as it is really rendered, keys prepared from test keys. */
export async function renderedInput(example: string, now: string): Promise<ProofInput> {
  const folder = join(EXAMPLES, example);
  const evidence = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.cer'))
    .map(entry => join(entry.parentPath, entry.name));
  const files = new Map(evidence.map(path => [path.slice(folder.length + 1), readFileSync(path)]));
  const keyPairs = Array.from({ length: TEST_KEY_COUNT }, (_, index) => testKeyPair(index));
  const world = memoryWorld({ now: new Date(now), keyPairs, files });
  const bytes = readFileSync(join(folder, 'topology.yaml'));
  const sources = [{ file: 'topology.yaml', bytes }];
  const first = await check(sources, world);
  if (!isSound(first)) throw new Error(JSON.stringify(first.diagnostics, null, 1));
  const report = createReport();
  await prepareKeys({ ...first.subject, graph: first.graph }, world, report);
  const checked = await check(sources, world);
  if (!isSound(checked)) throw new Error(JSON.stringify(checked.diagnostics, null, 1));
  const proposal = await propose(checked, world);
  let made = 0;
  return {
    ...(await proofInput({ ...checked, ...proposal }, world, { from: 'memory', digests: true })),
    newKeyPair: () => Promise.resolve(testKeyPair(2 + (made++ % 4))),
  };
}

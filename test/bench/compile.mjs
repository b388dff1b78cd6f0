// One measurement in a process of its own: node compile.mjs DIST REALMS time|memory -> JSON.
// What yaml alone needs for the text, then reading, checking, lowering and planning it: changes,
// trust reading, checksum. Rendering is not in it (ten thousand realms are gigabytes of scripts); it
// is measured by the artifact.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { worked } from './measure.mjs';
import { bigTopology } from './topologies.mjs';

const [dist, realms, measure] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(dist, path)).href);
const { check, isSound } = await load('compile.js');
const { diff } = await load('plan/diff.js');
const { readTrust } = await load('plan/trust.js');
const { assemble } = await load('plan/assemble.js');
const { memoryWorld } = await load('adapters/memory.js');

const text = bigTopology(Number(realms));
const files = [{ file: 'topology.yaml', bytes: new TextEncoder().encode(text) }];
// The options of the product; its default check for duplicate keys is quadratic.
const options = { stringKeys: true, uniqueKeys: false };

const small = new TextEncoder().encode(bigTopology(20));
await check([{ file: 'topology.yaml', bytes: small }], memoryWorld());
parseDocument(bigTopology(20), options).toJS();

if (measure === 'memory') {
  plan(await sound());
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  console.log(JSON.stringify({ peak: Number(peak[1]) / 1024 / 1024 }));
} else {
  const best = { yaml: Infinity, reading: Infinity, planning: Infinity };
  let edges = 0;
  // In turn, so that both meet the same load; the first run also warms up.
  for (let run = 0; run < 2; run++) {
    await time('yaml', () => parseDocument(text, options).toJS());
    const checked = await time('reading', sound);
    await time('planning', () => plan(checked));
    edges = checked.graph.edges.length;
  }
  console.log(JSON.stringify({ edges, ...best }));

  async function time(what, work) {
    globalThis.gc();
    const begun = worked();
    const result = await work();
    best[what] = Math.min(best[what], worked() - begun);
    return result;
  }
}

/** A first plan of a checked topology, without its files. */
function plan({ reading, diagnostics, subject, graph }) {
  const { topology, catalog, certificates, now } = subject;
  const products = new Map([...topology.deployments.values()].map(one => [one.name, one.product]));
  const state = { graph, snapshot: undefined, catalog, products };
  return assemble({
    name: topology.name,
    clock: now,
    snapshot: undefined,
    digests: { topology: reading.digests, state: null, evidence: [], templates: catalog.digest },
    changes: diff(state),
    trust: readTrust(graph, undefined),
    certificates,
    artifacts: new Map(),
    diagnostics,
    stateMissing: false,
  });
}

/** The topology, read and checked; a benchmark of a broken one would measure nothing. */
async function sound() {
  const checked = await check(files, memoryWorld());
  if (isSound(checked)) return checked;
  const [first] = checked.diagnostics.filter(one => one.severity === 'error');
  throw new Error(`an error in the benchmark's topology: ${first?.code}: ${first?.detail}`);
}

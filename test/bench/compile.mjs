// One measurement in a process of its own, as a run is one: node compile.mjs DIST REALMS yaml|ours
// -> JSON: seconds of all cores, and for ours the peak of memory in GiB.
// What yaml alone needs for the text; or reading, checking, lowering and planning it: changes, trust
// reading, checksum. Rendering is not in it (ten thousand realms are gigabytes of scripts); it is
// measured by the artifact.
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
// The options of the product; its default check for duplicate keys is quadratic.
const options = { stringKeys: true, uniqueKeys: false };

// What is measured is not the compiling of the code itself.
const small = bigTopology(20);
await (measure === 'yaml' ? yamlAlone(small) : ours(small));
globalThis.gc();
console.log(JSON.stringify(await (measure === 'yaml' ? yamlAlone(text) : ours(text))));

function yamlAlone(text) {
  const begun = worked();
  parseDocument(text, options).toJS();
  return { total: worked() - begun };
}

async function ours(text) {
  const files = [{ file: 'topology.yaml', bytes: new TextEncoder().encode(text) }];
  const begun = worked();
  const checked = await sound(files);
  const reading = worked() - begun;
  plan(checked);
  const total = worked() - begun;
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return { edges: checked.graph.edges.length, reading, total, peak: Number(peak) / 1024 / 1024 };
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
async function sound(files) {
  const checked = await check(files, memoryWorld());
  if (isSound(checked)) return checked;
  const [first] = checked.diagnostics.filter(one => one.severity === 'error');
  throw new Error(`an error in the benchmark's topology: ${first?.code}: ${first?.detail}`);
}

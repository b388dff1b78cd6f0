// One measurement in a process of its own: node artifacts.mjs DIST REALMS FOLDER -> JSON, seconds an
// artifact. Rendering; then a first apply without proof and keys (lock, survey, journal, files,
// manifest, state) beside bare writes of the same files to the same disk, in turn.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { least, median, seconds, worked } from './measure.mjs';
import { bigTopology } from './topologies.mjs';

const [dist, realms, folder] = process.argv.slice(2);
const load = path => import(pathToFileURL(join(dist, path)).href);
const { check, isSound } = await load('compile.js');
const { propose } = await load('propose.js');
const { renderBundle } = await load('render/render.js');
const { apply } = await load('apply/apply.js');
const { nextSnapshot } = await load('apply/next-snapshot.js');
const { systemWorld } = await load('adapters/system-world.js');
const { memoryWorld } = await load('adapters/memory.js');

const bytes = new TextEncoder().encode(bigTopology(Number(realms)));
const checked = await check([{ file: 'topology.yaml', bytes }], memoryWorld());
if (!isSound(checked)) throw new Error("an error in the benchmark's topology");
const { artifacts, plan } = await propose(checked, memoryWorld());
const { graph, subject } = checked;

const rendering = least(
  Array.from({ length: 5 }, () => {
    const begun = worked();
    renderBundle({ ...subject, graph, removing: [] });
    return worked() - begun;
  }),
);
const runs = [];
for (let run = 0; run < 5; run++) {
  runs.push({ writing: await written(run), bare: bareWrites(join(folder, `bare-${run}`)) });
}
const each = total => total / artifacts.length;
console.log(
  JSON.stringify({
    artifacts: artifacts.length,
    rendering: each(rendering),
    writing: each(median(runs.map(({ writing }) => writing))),
    bare: each(median(runs.map(({ bare }) => bare))),
  }),
);

async function written(run) {
  const products = [...subject.topology.deployments.values()].map(one => [one.name, one.product]);
  const next = nextSnapshot({
    previous: undefined,
    plan,
    graph,
    artifacts,
    catalog: subject.catalog,
    products: new Map(products),
    lineage: '00000000-0000-4000-8000-000000000000',
  });
  const world = systemWorld({
    topology: folder,
    records: join(folder, `records-${run}`),
    artifacts: join(folder, `artifacts-${run}`),
  });
  const job = { plan, artifacts, next, expectState: undefined, prove: async () => true };
  const begun = performance.now();
  await apply(job, world, () => {});
  return seconds(begun);
}

/** What a file needs to last: its bytes and its name are forced to the disk, and nothing else. */
function bareWrites(root) {
  const begun = performance.now();
  for (const artifact of artifacts) {
    const path = join(root, artifact.path);
    mkdirSync(dirname(path), { recursive: true });
    const descriptor = openSync(`${path}.tmp`, 'wx');
    writeFileSync(descriptor, artifact.bytes);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(`${path}.tmp`, path);
    const above = openSync(dirname(path), 'r');
    fsyncSync(above);
    closeSync(above);
  }
  return seconds(begun);
}

// What the kill campaign applies: two generations of one small project, with real adapters.
import { join } from 'node:path';

const LINEAGE = '3f6c1a52-0b9e-4f0e-9a51-4c7f5b1f9d10';

const GENERATIONS = [
  {
    'RUNBOOK.md': 'first',
    'lync/scripts/20-settings.ps1': 'the same in both',
    'lync/scripts/40-partner-exchange.ps1': 'partner one',
    'lync/undo/40-partner-exchange.ps1': 'undo one',
    'lync/certificates/issuer.cer': 'certificate',
    'manifest.json': '{"first":true}',
  },
  {
    'RUNBOOK.md': 'second',
    'lync/scripts/20-settings.ps1': 'the same in both',
    'lync/scripts/40-partner-exchange.ps1': 'partner two',
    'lync/certificates/issuer.cer': 'certificate',
    'exchange/scripts/40-partner-lync.ps1': 'new',
    'exchange/metadata/document.json': '{}',
    'manifest.json': '{"second":true}',
  },
];

/** Path to text of one generation's files. */
export function filesOf(generation) {
  return GENERATIONS[generation];
}

/** What belongs to apply, from a folder of transpiled sources. */
export async function load(code) {
  const from = name => import(join(code, name));
  return {
    ...(await from('apply/apply.js')),
    ...(await from('state/codec.js')),
    ...(await from('kernel/canonical.js')),
    ...(await from('kernel/report.js')),
    ...(await from('render/artifact.js')),
    ...(await from('adapters/memory.js')),
    ...(await from('adapters/system-world.js')),
  };
}

/** The world of a project folder. */
export function worldOf(parts, folder) {
  return parts.systemWorld({
    topology: folder,
    records: join(folder, '.concordat'),
    artifacts: join(folder, 'artifacts'),
    keys: parts.memoryKeys(),
  });
}

/** Applies one generation to a project folder. */
export async function applyGeneration(parts, folder, { generation, signal }) {
  const world = worldOf(parts, folder);
  const stored = await world.state.read();
  const current = stored && parts.readSnapshot(stored);
  const artifacts = Object.entries(GENERATIONS[generation]).map(([path, text]) =>
    parts.artifactOf(path, new TextEncoder().encode(text)),
  );
  const done = current?.topology === 'kill' && current.serial === generation + 1;
  const next = done
    ? current
    : {
        format_version: '1.0',
        lineage: LINEAGE,
        serial: (current?.serial ?? 0) + 1,
        topology: 'kill',
        resources: [],
        edges: [],
        artifacts: Object.fromEntries(artifacts.map(({ path, sha256 }) => [path, sha256])),
        applied: [],
        by_hand: [],
      };
  const job = {
    plan: { checksum: String(generation).repeat(64) },
    artifacts,
    next,
    expectState: stored && parts.sha256(stored),
    prove: async () => true,
    signal,
  };
  return parts.apply(job, world, () => undefined);
}

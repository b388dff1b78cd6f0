import { TEMPLATES } from '../generated/templates.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import type { Installation } from '../products/installation.ts';
import { artifactOf, type Artifact } from './artifact.ts';
import { deploymentsOf, type RenderInput } from './input.ts';
import { manifest } from './manifest.ts';
import { metadataDocument } from './metadata.ts';
import { renderRunbook } from './runbook.ts';
import { renderScripts } from './scripts.ts';
import { templateLanguage } from './template.ts';

/** Templates are read once, however often they are filled. */
const fill = templateLanguage(TEMPLATES);

/** Every file below the artifact folder except the manifest, by path. */
export function renderAll(input: RenderInput): Artifact[] {
  const scripts = renderScripts(input, fill);
  const parts = deploymentsOf(input).flatMap(installation => publicParts(installation, input));
  const files = [...scripts, ...parts];
  const runbook = files.length > 0 ? [renderRunbook(input, files)] : [];
  return [...files, ...runbook].sort((a, b) => byCodeUnit(a.path, b.path));
}

/** Everything that is written, the manifest among it; nothing at all where nothing is managed. */
export function renderBundle(input: RenderInput): Artifact[] {
  const files = renderAll(input);
  if (files.length === 0) return [];
  const { topology, catalog } = input;
  const list = manifest(files, { topology: topology.name, templates: catalog.digest });
  return [...files, list].sort((a, b) => byCodeUnit(a.path, b.path));
}

/** Public certificates of an issuer and the document that it is expected to publish. */
function publicParts(installation: Installation, { graph, certificates }: RenderInput): Artifact[] {
  const { name } = installation.deployment;
  const own = certificates.filter(one => one.deployment === name);
  const next = own.find(one => one.use === 'next')?.info?.der;
  const current = own.find(one => one.use === 'current')?.info?.der;
  const addresses = graph.resources
    .filter(one => one.deployment === name && ['certificate', 'document'].includes(one.kind))
    .map(one => one.address);
  const file = (path: string, bytes: Uint8Array): Artifact =>
    artifactOf(`${name}/${path}`, bytes, addresses);
  const signing = [current, next].flatMap(der => der ?? []);
  return [
    ...(next ? [file('certificates/issuer.cer', next)] : []),
    ...(current ? [file('certificates/previous.cer', current)] : []),
    ...(signing.length > 0
      ? [file('metadata/document.json', metadataDocument(installation, signing))]
      : []),
  ];
}

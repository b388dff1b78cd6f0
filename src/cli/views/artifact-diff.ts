import { createTwoFilesPatch } from 'diff';
import type { ArtifactSink, Proposal } from '../../index.ts';

const TEXT = /\.(ps1|json|md)$/;

/** The change of every rendered file as a unified diff; certificates only by name. */
export async function artifactDiff(
  { plan, artifacts }: Proposal,
  written: ArtifactSink,
): Promise<string> {
  const rendered = new Map(artifacts.map(({ path, bytes }) => [path, bytes]));
  const parts = plan.artifacts
    .filter(({ action }) => action !== 'keep')
    .map(async ({ path, action }) => {
      if (!TEXT.test(path)) return `Binary file ${path}: ${action}\n`;
      const before = text(await written.read(path));
      return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, text(rendered.get(path)));
    });
  return (await Promise.all(parts)).join('');
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}

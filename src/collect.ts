import type { CollectorScript } from './render/collectors.ts';

export type { CollectorScript } from './render/collectors.ts';

/** The read-only scripts of all families, or the one for a family or version; perhaps none. */
export async function collectors(product?: string): Promise<readonly CollectorScript[]> {
  const { collectorsFor } = await import('./products/collectors.ts');
  const { renderCollector } = await import('./render/collectors.ts');
  return collectorsFor(product).map(renderCollector);
}

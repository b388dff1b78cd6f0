import type { PfxContent } from './pfx-content.ts';

/** How a PFX file is encrypted: AES-256 with SHA-256, or what older systems can read. */
export type PfxForm = 'aes-256' | '3des';

/** Makes a PFX file. Each writer is loaded only when its form is asked for. */
export async function makePfx(content: PfxContent, form: PfxForm): Promise<Uint8Array> {
  if (form === '3des') return (await import('./pfx-3des.ts')).makeOldPfx(content);
  return (await import('./pfx-aes.ts')).makeAesPfx(content);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A fresh folder that goes when the test ends. */
export function freshFolder(below = tmpdir()): string {
  const folder = mkdtempSync(join(below, 'concordat-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

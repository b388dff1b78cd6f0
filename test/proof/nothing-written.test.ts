import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prove } from '../../src/cli/commands/prove.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { openProject } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'concordat-prove-'));
cpSync(new URL('../../examples/lync-exchange', import.meta.url).pathname, folder, {
  recursive: true,
});
afterAll(() => rmSync(folder, { recursive: true }));

let printed = '';
const terminal = {
  out: (text: string) => void (printed += text),
  err: (text: string) => void (printed += text),
  width: 80,
  interactive: false,
} as unknown as Terminal;
const options = {
  topology: join(folder, 'topology.yaml'),
  format: 'json' as const,
  digests: true,
};

describe('prove without a plan', () => {
  it('refuses where nothing was written: proof/nothing-written', async () => {
    await expect(prove(options, terminal)).rejects.toMatchObject({
      diagnostic: { code: 'proof/nothing-written' },
    });
  });

  it('reads what is there', async () => {
    const { world } = await openProject({ topology: options.topology });
    await world.artifacts.write('manifest.json', Buffer.from('{}'));
    expect(await prove(options, terminal)).toBe(7);
    expect(printed).toContain('"verdict": "failed"');
    expect(printed).toContain('proof/partner-missing');
  });
});

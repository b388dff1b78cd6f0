import { readFileSync } from 'node:fs';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { humanDiagnostics } from '../../src/cli/views/diagnostics-human.ts';
import { readTopology } from '../../src/topology/read.ts';
import { rehearse } from './rehearse.ts';

const style = { colors: picocolors.createColors(false), width: 100 };

/** What a person sees who validates a topology. */
function printed(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const { sources } = readTopology([{ file: 'topology.yaml', bytes }]);
  return humanDiagnostics(rehearse(text), sources, style);
}

describe('what an administrator reads', () => {
  it.each([
    'feature.needs-trust.both-ways',
    'feature.undeclared',
    'realm.two-defaults',
    'secret.in-topology',
    'waiver.expired',
  ])('%s', async name => {
    const file = new URL(`./broken/${name}.yaml`, import.meta.url);
    const golden = new URL(`./printed/${name}.txt`, import.meta.url).pathname;
    await expect(printed(readFileSync(file, 'utf8'))).toMatchFileSnapshot(golden);
  });

  it('never shows a secret', () => {
    const file = new URL('./broken/secret.in-topology.url.yaml', import.meta.url);
    expect(printed(readFileSync(file, 'utf8'))).not.toContain('hunter2');
  });
});

describe('the examples', () => {
  it.each([
    ['lync-exchange', ['certificate/generated-here', 'product/support-ended']],
    ['skype-exchange-se', []],
    ['no-features', []],
  ])('%s is told nothing but %j', (name, expected) => {
    const file = new URL(`../../examples/${name}/topology.yaml`, import.meta.url);
    const found = new Set(rehearse(readFileSync(file, 'utf8')).map(({ code }) => code));
    expect([...found].sort()).toEqual(expected);
  });
});

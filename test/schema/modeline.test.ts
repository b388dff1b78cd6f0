import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEditor, type Editor } from './language-server.ts';
import { ROOT } from './walk.ts';

const EXAMPLES = ['lync-exchange', 'skype-exchange-se', 'no-features'];
const text = readFileSync(`${ROOT}/examples/lync-exchange/topology.yaml`, 'utf8');
let count = 0;
let editor: Editor;

beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

/** A file beside the example, so that the modeline's path leads to the schema. */
function beside(): string {
  return `${ROOT}/examples/lync-exchange/of-the-test-${++count}.yaml`;
}

function place(of: string, needle: string): { line: number; character: number } {
  const before = of.slice(0, of.indexOf(needle)).split('\n');
  return { line: before.length - 1, character: (before.at(-1) ?? '').length };
}

describe('in an editor, by the modeline alone', () => {
  it.each(EXAMPLES)('finds nothing wrong with the example %s', async name => {
    const file = `${ROOT}/examples/${name}/topology.yaml`;
    const { diagnostics } = await editor.open(file, readFileSync(file, 'utf8'));
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['    realm: mail', '    reelm: mail', 'reelm', /reelm/],
    ['environment: lab', 'environment: test', 'test', /lab/],
    ['name: litware', 'name: Litware', 'Litware', /lower-case letters/],
    ['fqdn: pool01.litwareinc.com', 'fqdn: pool01', 'pool01', /full DNS name/],
    ['source: generate', 'source: existing, keySize: 2048', 'keySize', /keySize/],
    ['issuer: exchange, level: full', 'level: full', '{ acceptor: lync', /issuer/],
    ['    realm: mail', '    realm: mail\n    serviceName: x', 'serviceName', /never to change/],
    ['source: generate', 'source: generate, pfxPassword: x', 'pfxPassword', /holds no secrets/],
  ])('reports at its place: %s -> %s', async (right, wrong, needle, message) => {
    const edited = text.replace(right, wrong);
    const { diagnostics } = await editor.open(beside(), edited);
    expect(diagnostics.map(one => String(one['message'])).join('\n')).toMatch(message);
    expect(diagnostics).toHaveLength(1);
    const [{ range } = {}] = diagnostics as { range: { start: { line: number } } }[];
    expect(range?.start.line).toBe(place(edited, needle).line);
  });

  it('explains a key under the pointer', async () => {
    const { uri } = await editor.open(beside(), text);
    for (const [key, words] of [
      ['allowedDomains', 'hosts to which Autodiscover may redirect'],
      ['unified-contact-store', 'start to migrate by themselves'],
      ['source:', 'made here'],
      ['acceptor', 'accepts the tokens'],
    ] as const) {
      const answer = await editor.ask('textDocument/hover', {
        textDocument: { uri },
        position: place(text, key),
      });
      expect(JSON.stringify(answer), key).toContain(words);
    }
  });

  it('completes keys of the product that is written there, and its values', async () => {
    const labelsAt = async (edited: string, needle: string): Promise<string[]> => {
      const { uri } = await editor.open(beside(), edited);
      const position = place(edited, needle);
      const answer = await editor.ask('textDocument/completion', {
        textDocument: { uri },
        position: { ...position, character: position.character + needle.length },
      });
      return (answer as { items: { label: string }[] }).items.map(({ label }) => label);
    };
    const keyed = text.replace('    realm: mail\n', '    realm: mail\n    n\n');
    const keys = await labelsAt(keyed, '    n');
    expect(keys).toContain('linkedAccounts');
    expect(keys).not.toContain('pools');
    expect(keys, 'what a rule refuses').not.toContain('serviceName');
    const valued = text.replace('environment: lab', 'environment: ');
    expect(await labelsAt(valued, 'environment: ')).toEqual(
      expect.arrayContaining(['lab', 'production']),
    );
    const product = text.replace('product: lync-server-2013', 'product: ');
    expect(await labelsAt(product, 'product: ')).toContain('skype-for-business-server-se');
  });
});

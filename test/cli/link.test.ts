import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { link } = (await import(new URL('../../src/codegen/link.mjs', import.meta.url).href)) as {
  link: (entry: string) => void;
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concordat-link-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function linked(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  link(join(folder, 'entry.mjs'));
  for (const name of Object.keys(files)) {
    if (name !== 'entry.mjs') rmSync(join(folder, name));
  }
  return pathToFileURL(join(folder, 'entry.mjs')).href;
}

describe('the modules of a folder become one', () => {
  it('with what they export, import and keep to themselves', async () => {
    const url = linked({
      'entry.mjs':
        "import { join } from 'node:path';\nimport { twice as double } from './b.mjs';\n" +
        "import { a } from './a.mjs';\nexport const all = [a, double(a), join('x', 'y')];\n" +
        'const hidden = 1;\n/** d */\nexport function end() { return hidden; }\n',
      'a.mjs':
        "import { twice } from './b.mjs';\nconst hidden = 2;\nexport const a = twice(hidden);\n",
      'b.mjs':
        "import { join } from 'node:path';\nconst hidden = join('a', 'b');\nexport class C {}\n" +
        'export function twice(n) { return hidden.length === 3 ? 2 * n : new C(); }\nexport {};\n',
    });
    const module = (await import(/* @vite-ignore */ url)) as { all: unknown; end: () => unknown };
    expect(Object.keys(module).sort()).toEqual(['all', 'end']);
    expect([module.all, module.end()]).toEqual([[4, 8, join('x', 'y')], 1]);
  });

  it.each([
    "import * as a from './a.mjs';\n",
    "import a from './a.mjs';\n",
    "import './a.mjs';\n",
    "export { a } from './a.mjs';\n",
    "export * from './a.mjs';\n",
    'const a = 1;\nexport { a };\n',
    'export let a = 1;\n',
    'export default 1;\n',
    'export const { a } = { a: 1 };\n',
  ])('and what cannot be joined is refused: %j', text => {
    const files = { 'entry.mjs': "import { b } from './b.mjs';\n", 'b.mjs': text, 'a.mjs': '' };
    expect(() => linked(files)).toThrow('cannot be linked');
  });
});

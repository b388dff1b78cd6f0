// Real processes need JavaScript: src/ without types, in a folder from which modules resolve.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Writes src/ as JavaScript into a fresh folder and returns its path; the caller removes it. */
export function transpile() {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'concordat-'));
  for (const name of readdirSync(join(root, 'src'), { recursive: true })) {
    const target = join(folder, name);
    mkdirSync(dirname(target), { recursive: true });
    if (name.endsWith('.cjs')) cpSync(join(root, 'src', name), target);
    if (!name.endsWith('.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'src', name), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    writeFileSync(target.replace(/\.ts$/, '.js'), outputText);
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

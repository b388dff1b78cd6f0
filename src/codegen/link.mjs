// Several modules of one folder -> one file. Every file that a run loads costs half a millisecond,
// and a room of many small files is loaded whole. Only what tsc makes of our own rules of the house
// is understood: named imports and exports of functions, constants and classes, and no circles.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import ts from 'typescript';

/** Puts what a built module imports from its own folder into the module itself. */
export function link(entry) {
  const modules = new Map();
  visit(entry, modules);
  const { text, imports } = modules.get(entry);
  modules.delete(entry);
  const all = [...modules.values()];
  const outer = new Set(all.flatMap(one => one.imports.map(({ from }) => from)).filter(isOuter));
  const names = new Map([...outer].map((from, index) => [from, `$outer${index}`]));
  const inner = new Map([...modules.keys()].map((path, index) => [path, `$inner${index}`]));
  const nameOf = from => names.get(from) ?? inner.get(from);
  writeFileSync(
    entry,
    [
      ...[...names].map(([from, name]) => `import * as ${name} from ${JSON.stringify(from)};`),
      ...imports.filter(({ from }) => isOuter(from)).map(({ text: whole }) => whole),
      ...[...modules].map(([path, module]) => scoped(inner.get(path), module, nameOf)),
      ...imports.filter(({ from }) => !isOuter(from)).map(one => taken(one, nameOf)),
      text,
    ].join('\n'),
  );
}

/** Paths are of modules of the folder; anything else is imported as before. */
function isOuter(from) {
  return !isAbsolute(from);
}

/** Reads a module and all it imports, those first that import nothing unread. */
function visit(path, modules) {
  const module = readModule(path);
  for (const { from } of module.imports) {
    if (!isOuter(from) && !modules.has(from)) visit(from, modules);
  }
  modules.set(path, module);
}

function readModule(path) {
  const code = readFileSync(path, 'utf8');
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.ES2023, true);
  const module = { text: '', bare: '', imports: [], exports: [] };
  for (const statement of file.statements) {
    const text = statement.getFullText();
    if (ts.isExportAssignment(statement)) throw unknown(statement);
    if (ts.isImportDeclaration(statement)) module.imports.push(importOf(statement, path));
    else if (ts.isExportDeclaration(statement)) refuseNames(statement);
    else {
      module.text += text;
      module.bare += withoutExport(statement, module.exports);
    }
  }
  return module;
}

function importOf(statement, path) {
  const from = statement.moduleSpecifier.text;
  const named = statement.importClause?.namedBindings;
  if (!named || !ts.isNamedImports(named) || statement.importClause.name) {
    throw unknown(statement);
  }
  const pairs = named.elements.map(one => [(one.propertyName ?? one.name).text, one.name.text]);
  const own = /^\.\/[^/]+$/.test(from);
  return { text: statement.getText(), from: own ? join(dirname(path), from) : from, pairs };
}

/** tsc ends a module without exports with `export {}`; nothing else is expected. */
function refuseNames(statement) {
  const clause = statement.exportClause;
  if (statement.moduleSpecifier || !clause || !ts.isNamedExports(clause)) throw unknown(statement);
  if (clause.elements.length > 0) throw unknown(statement);
}

function withoutExport(statement, exports) {
  const mark = statement.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!mark) return statement.getFullText();
  exports.push(...declared(statement));
  const code = statement.getSourceFile().text;
  return code.slice(statement.pos, mark.getStart()) + code.slice(mark.end + 1, statement.end);
}

function declared(statement) {
  const isConst = ts.isVariableStatement(statement);
  const { flags, declarations } = isConst ? statement.declarationList : {};
  if (isConst && (flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const)
    throw unknown(statement);
  const names = (declarations ?? [statement]).map(({ name }) => name);
  if (!names.every(name => name && ts.isIdentifier(name))) throw unknown(statement);
  return names.map(name => name.text);
}

function scoped(name, { imports, exports, bare }, nameOf) {
  const uses = imports.map(one => taken(one, nameOf)).join('\n');
  return `const ${name} = (() => {\n${uses}${bare}\nreturn { ${exports.join(', ')} };\n})();`;
}

function taken({ from, pairs }, nameOf) {
  const names = pairs.map(([name, as]) => (name === as ? name : `${name}: ${as}`));
  return `const { ${names.join(', ')} } = ${nameOf(from)};`;
}

function unknown(statement) {
  const file = statement.getSourceFile();
  return new Error(`${file.fileName}: cannot be linked: ${statement.getText().split('\n')[0]}`);
}

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Node, Project, SyntaxKind, type SourceFile } from 'ts-morph';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = new URL('..', import.meta.url).pathname;

/** What a file may import: its own folder and lower ranks. The folders read as the mission. */
const RANKS: Readonly<Record<string, number>> = {
  kernel: 0,
  generated: 0,
  ports: 1,
  topology: 2,
  products: 3,
  rules: 4,
  graph: 5,
  state: 6,
  evidence: 6,
  plan: 7,
  render: 8,
  apply: 9,
  proof: 9,
  review: 9,
  audit: 9,
  import: 9,
  adapters: 10,
  diagnose: 10,
  src: 11,
  cli: 12,
};

const BUDGET = { file: 300, function: 40, parameters: 4, line: 100 };
/** Where the world is touched; everything else takes it as an argument. */
const WORLDLY = new Set(['adapters', 'cli']);
const WORLDLY_MODULES =
  /^(?:node:)?(?:fs|fs\/promises|child_process|net|tls|http|https|http2|dns|os|worker_threads|readline)$/;
const RANDOM = new Set([
  'randomBytes',
  'randomUUID',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'generateKeyPair',
  'generateKeyPairSync',
  'webcrypto',
]);
const BANNED_NAMES = /^(?:utils?|helpers?|common|manager|services?|base|misc)$/;

const project = new Project({ skipFileDependencyResolution: true });
project.addSourceFilesAtPaths([join(ROOT, 'src/**/*.ts'), `!${join(ROOT, 'src/**/*.d.ts')}`]);
const all = project.getSourceFiles();
/** What people wrote; types that a library lacks are the library's. */
const written = all.filter(file => partOf(file) !== 'generated' && !file.isDeclarationFile());

/** The folder below `src`, or `src` itself. */
function partOf(file: SourceFile): string {
  return partOfPath(pathOf(file));
}

function partOfPath(path: string): string {
  return path.split('/').slice(0, -1)[1] ?? 'src';
}

/** Generated tables are data that the kernel itself may read. */
function mayImport(part: string, other: string): boolean {
  return other === 'generated' || RANKS[other]! < RANKS[part]!;
}

function pathOf(file: SourceFile): string {
  return file.getFilePath().slice(ROOT.length);
}

function at(node: Node, text = node.getText().split('\n')[0]!): string {
  return `${pathOf(node.getSourceFile())}:${node.getStartLineNumber()}: ${text.trim()}`;
}

function nodes(kind: SyntaxKind, files = written): Node[] {
  return files.flatMap(file => file.getDescendantsOfKind(kind));
}

function importsOf(file: SourceFile): { from: Node; text: string }[] {
  const declared = [...file.getImportDeclarations(), ...file.getExportDeclarations()].flatMap(
    one => {
      const text = one.getModuleSpecifierValue();
      return text === undefined ? [] : [{ from: one, text }];
    },
  );
  const dynamic = file
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter(call => call.getExpression().getKind() === SyntaxKind.ImportKeyword)
    .map(call => ({
      from: call,
      text: call.getArguments()[0]?.getText().slice(1, -1) ?? '',
    }));
  return [...declared, ...dynamic];
}

describe('the house', () => {
  it('has no circle: no file imports one that comes back to it', () => {
    const targets = new Map(
      written.map(file => [
        pathOf(file),
        importsOf(file)
          .filter(({ text }) => text.startsWith('.'))
          .map(({ text }) => new URL(text, `file://${file.getFilePath()}`).pathname)
          .map(path => path.slice(ROOT.length)),
      ]),
    );
    const reaches = (from: string, seen = new Set<string>()): Set<string> => {
      for (const to of targets.get(from) ?? []) {
        if (!seen.has(to)) reaches(to, seen.add(to));
      }
      return seen;
    };
    expect([...targets.keys()].filter(path => reaches(path).has(path))).toEqual([]);
  });

  it('gives every part of src a rank', () => {
    expect([...new Set(all.map(partOf))].filter(part => RANKS[part] === undefined)).toEqual([]);
  });

  it('imports only from the own folder or a lower rank', () => {
    const wrong = written.flatMap(file =>
      importsOf(file)
        .filter(({ text }) => text.startsWith('.'))
        .filter(({ text }) => {
          const target = new URL(text, `file://${file.getFilePath()}`).pathname.slice(ROOT.length);
          const part = partOfPath(target);
          return part !== partOf(file) && !mayImport(partOf(file), part);
        })
        .map(({ from }) => at(from)),
    );
    expect(wrong).toEqual([]);
  });

  it('lets the proof share no code with the emitter', () => {
    const shared = written
      .filter(file => partOf(file) === 'proof')
      .flatMap(importsOf)
      .filter(({ text }) => /render|liquidjs|node-forge/.test(text));
    expect(shared.map(({ from }) => at(from))).toEqual([]);
  });

  it('gives the command line nothing but the public API', () => {
    const beside = written
      .filter(file => partOf(file) === 'cli')
      .flatMap(importsOf)
      .filter(({ from, text }) => {
        if (!text.startsWith('.')) return false;
        const file = from.getSourceFile().getFilePath();
        const target = new URL(text, `file://${file}`).pathname.slice(ROOT.length);
        return !/^src\/(?:cli\/|index\.ts$)/.test(target);
      });
    expect(beside.map(({ from }) => at(from))).toEqual([]);
  });
});

describe('budgets', () => {
  it(`keeps a file within ${BUDGET.file} lines`, () => {
    const long = written.filter(file => file.getEndLineNumber() > BUDGET.file + 1);
    expect(long.map(file => `${pathOf(file)}: ${file.getEndLineNumber()}`)).toEqual([]);
  });

  it(`keeps a line within ${BUDGET.line} columns`, () => {
    const wide = written.flatMap(file =>
      file
        .getFullText()
        .split('\n')
        .flatMap((line, index) =>
          line.length > BUDGET.line ? [`${pathOf(file)}:${index + 1}: ${line.length}`] : [],
        ),
    );
    expect(wide).toEqual([]);
  });

  const functions = () =>
    written.flatMap(file =>
      file
        .getDescendants()
        .filter(
          node =>
            Node.isFunctionDeclaration(node) ||
            Node.isArrowFunction(node) ||
            Node.isFunctionExpression(node) ||
            Node.isMethodDeclaration(node) ||
            Node.isConstructorDeclaration(node),
        ),
    );

  it(`keeps a function within ${BUDGET.function} lines`, () => {
    const long = functions().filter(
      one => one.getEndLineNumber() - one.getStartLineNumber() >= BUDGET.function,
    );
    expect(long.map(one => at(one))).toEqual([]);
  });

  it(`asks a function for at most ${BUDGET.parameters} parameters`, () => {
    const greedy = functions().filter(one => one.getParameters().length > BUDGET.parameters);
    expect(greedy.map(one => at(one))).toEqual([]);
  });
});

describe('the language', () => {
  it('has no default export, any, non-null mark, enum or namespace', () => {
    const kinds = [
      SyntaxKind.ExportAssignment,
      SyntaxKind.DefaultKeyword,
      SyntaxKind.AnyKeyword,
      SyntaxKind.NonNullExpression,
      SyntaxKind.EnumDeclaration,
      SyntaxKind.ModuleDeclaration,
    ];
    const found = kinds
      .flatMap(kind => nodes(kind))
      .filter(node => !Node.isDefaultClause(node.getParent()));
    expect(found.map(node => at(node, node.getParentOrThrow().getText().split('\n')[0]))).toEqual(
      [],
    );
  });

  it('has classes only for secrets and errors', () => {
    const others = written
      .flatMap(file => file.getClasses())
      .filter(
        one =>
          one.getName() !== 'Secret' && !/Error$|Refusal$/.test(one.getExtends()?.getText() ?? ''),
      );
    expect(others.map(one => at(one))).toEqual([]);
  });

  it('explains every export', () => {
    const silent = written.flatMap(file =>
      file
        .getStatements()
        .filter(one => Node.isExportable(one) && one.isExported())
        .filter(one => Node.isJSDocable(one) && one.getJsDocs().length === 0)
        .map(one => at(one)),
    );
    expect(silent).toEqual([]);
  });

  it('names files in kebab-case, and for what they do', () => {
    const odd = written
      .flatMap(file =>
        pathOf(file)
          .replace(/(?:\.d)?\.ts$/, '')
          .split('/')
          .slice(1),
      )
      .filter(name => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) || BANNED_NAMES.test(name));
    expect(odd).toEqual([]);
  });

  it('has no identifier that says nothing', () => {
    const empty = nodes(SyntaxKind.Identifier).filter(one =>
      /(?:Utils?|Helpers?|Manager|Misc)$/.test(one.getText()),
    );
    expect(empty.map(one => at(one))).toEqual([]);
  });
});

describe('the core', () => {
  const core = written.filter(file => !WORLDLY.has(partOf(file)));

  it('reads no clock and throws no dice', () => {
    const calls = nodes(SyntaxKind.CallExpression, core).filter(call =>
      /^(?:Date\.now|performance\.now|Math\.random|crypto\.)/.test(call.getText()),
    );
    const dates = nodes(SyntaxKind.NewExpression, core).filter(one =>
      /^new Date(?:\(\s*\))?$/.test(one.getText()),
    );
    const dice = core
      .flatMap(file => file.getImportDeclarations())
      .filter(one => one.getNamedImports().some(name => RANDOM.has(name.getName())));
    expect([...calls, ...dates, ...dice].map(one => at(one))).toEqual([]);
  });

  it('touches no file, process, network or console', () => {
    const modules = core.flatMap(importsOf).filter(({ text }) => WORLDLY_MODULES.test(text));
    const globals = nodes(SyntaxKind.Identifier, core).filter(
      one =>
        /^(?:process|console|fetch|setTimeout|setInterval|globalThis)$/.test(one.getText()) &&
        !Node.isPropertyAssignment(one.getParent()) &&
        !isMemberName(one),
    );
    expect([...modules.map(({ from }) => at(from)), ...globals.map(one => at(one))]).toEqual([]);
  });

  it('evaluates nothing and asks no locale', () => {
    const found = nodes(SyntaxKind.Identifier).filter(one =>
      /^(?:eval|Function|localeCompare|toLocale\w+|Intl)$/.test(one.getText()),
    );
    expect(found.filter(one => !Node.isTypeReference(one.getParent())).map(one => at(one))).toEqual(
      [],
    );
  });

  it('knows no product by name', () => {
    const word = new RegExp(productWords().map(escaped).join('|'), 'i');
    const told = written.flatMap(file =>
      file
        .getFullText()
        .split('\n')
        .flatMap((line, index) => {
          const found = word.exec(line);
          return found ? [`${pathOf(file)}:${index + 1}: ${found[0]}: ${line.trim()}`] : [];
        }),
    );
    expect(told).toEqual([]);
  });
});

function isMemberName(identifier: Node): boolean {
  const parent = identifier.getParent();
  return (
    (Node.isPropertyAccessExpression(parent) && parent.getNameNode() === identifier) ||
    Node.isPropertySignature(parent) ||
    Node.isMethodSignature(parent)
  );
}

/** Words, ids and titles of every product, from the files that alone may know them. */
function productWords(): string[] {
  const folder = join(ROOT, 'templates');
  const families = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'diagnostics')
    .flatMap(entry => {
      const file = join(folder, entry.name, 'product.yaml');
      try {
        return [parse(readFileSync(file, 'utf8')) as ProductFile];
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw fault;
      }
    });
  expect(families.length).toBeGreaterThan(0);
  return families.flatMap(family => [
    ...family.words,
    family.family,
    family.principal,
    ...Object.keys(family.versions),
  ]);
}

interface ProductFile {
  readonly family: string;
  readonly words: readonly string[];
  readonly principal: string;
  readonly versions: Readonly<Record<string, unknown>>;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

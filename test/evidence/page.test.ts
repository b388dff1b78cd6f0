import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../src/products/registry.ts';
import type { Product, SeenFacts } from '../../src/products/product.ts';
import { collectors } from '../../src/render/collector.ts';

const PAGE = readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8');
const { products } = readCatalog();
const families = new Map([...products.values()].map(product => [product.family, product]));

/** Commands and properties that a plan looks for in evidence. */
function lookedFor({ objects, features }: Product): { command: string; properties: string[] }[] {
  const facts = [
    ...Object.values(objects).map(one => one.seen),
    ...Object.values(features).flatMap(({ on, off, object }) => [
      on?.seen,
      off?.seen,
      object?.seen,
    ]),
  ].filter((one): one is SeenFacts => one !== undefined);
  return facts.flatMap(({ command, skip = {}, attributes, slots = [], maps = {}, lists = {} }) => [
    { command, properties: [...Object.keys(skip), ...holes(attributes), ...holes(slots)] },
    ...Object.values({ ...maps, ...lists }).map(part => ({
      command: part.command,
      properties: holes([part.key, part.value]),
    })),
  ]);
}

function holes(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/\{([A-Za-z]+)\?\}/g)].map(([, name = '']) => name);
}

describe('what collectors read', () => {
  it('stands on its page to the last property, and nothing else does', () => {
    const rows = [...families.values()]
      .sort((a, b) => (a.family < b.family ? -1 : 1))
      .flatMap(({ family, collect }) =>
        collect.commands.map(
          ({ command, keeps, tells }) =>
            `| ${family} | \`${command}\` | ${keeps.join(', ')} | ${tells} |`,
        ),
      );
    expect(PAGE.split('\n').filter(line => /^\| \S+ \| `[A-Z]/.test(line))).toEqual(rows);
  });

  it('is all that a plan looks for', () => {
    for (const product of families.values()) {
      const kept = new Map(product.collect.commands.map(one => [one.command, one.keeps]));
      for (const { command, properties } of lookedFor(product)) {
        const missing = properties.filter(name => !kept.get(command)?.includes(name));
        expect([command, missing]).toEqual([command, []]);
      }
    }
  });

  it('is called by name in the script, and nothing that changes a server is', () => {
    const ours =
      /\b(?:New|Set|Remove|Enable|Disable|Add|Install|Invoke|Grant|Revoke)-(?:Cs|Auth|Partner|Exchange|ManagementRole|User|Mail)\w*/g;
    for (const { family, bytes } of collectors(readCatalog())) {
      const text = Buffer.from(bytes).toString('utf8');
      expect(text.match(ours)).toBeNull();
      const commands = families.get(family)?.collect.commands ?? [];
      for (const { command } of commands) expect(text).toContain(`'${command}' {`);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { collectorsFor } from '../../src/products/collectors.ts';
import { readCatalog } from '../../src/products/registry.ts';
import type { Product, SeenFacts } from '../../src/products/product.ts';

/** Commands and properties that a plan and drift look for in evidence. */
function lookedFor({ objects, features }: Product): { command: string; properties: string[] }[] {
  const given = Object.values(features).flatMap(({ on, off, object }) => [on, off, object]);
  const facts = [...Object.values(objects), ...given]
    .map(one => one?.seen)
    .filter((one): one is SeenFacts => one !== undefined);
  return facts.flatMap(
    ({ command, skip = {}, attributes, slots = [], copies = null, maps, lists, instead }) => [
      { command, properties: [...Object.keys(skip), ...holes([attributes, slots, copies])] },
      ...[maps, lists, instead]
        .flatMap(parts => Object.values(parts ?? {}))
        .map(part => ({
          command: part.command,
          properties: holes([part.key, part.value]),
        })),
    ],
  );
}

function holes(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/\{([A-Za-z]+)\?\}/g)].map(([, name = '']) => name);
}

describe('what is looked for in evidence', () => {
  it('is read by a collector, to the last property', () => {
    for (const product of readCatalog().products.values()) {
      const commands = collectorsFor(product.id).flatMap(one => one.commands);
      const kept = new Map(commands.map(one => [one.command, one.properties]));
      const looked = lookedFor(product);
      expect(looked.length).toBeGreaterThan(3);
      for (const { command, properties } of looked) {
        const missing = properties.filter(name => !kept.get(command)?.includes(name));
        expect([command, missing]).toEqual([command, []]);
      }
    }
  });
});

import type { Code } from '../kernel/report.ts';
import type { Product } from '../products/product.ts';
import { lookUp } from '../products/expression.ts';
import type { Rule } from './rule.ts';

/**
 * Settings have the shape their product expects (R35 and others, from the product files).
 *
 * A URL with the wrong ending, say, is accepted by the server and fails at the first use.
 */
export const settingShapes: Rule = ({ topology, catalog }, report) => {
  const shapes = new Map<string, Shape[]>();
  for (const product of catalog.products.values()) shapes.set(product.id, shapesOf(product));
  for (const { name, at, product, settings } of topology.deployments.values()) {
    for (const { path, pattern, code, expected } of shapes.get(product) ?? []) {
      const value = lookUp(path, settings);
      if (typeof value !== 'string' || pattern.test(value)) continue;
      report.add(code, {
        detail: `"${value}" was found; expected ${expected}`,
        help: `write ${expected}`,
        at: [...at, ...path.split('.')],
        address: `deployment/${name}`,
      });
    }
  }
};

interface Shape {
  readonly path: string;
  readonly pattern: RegExp;
  readonly code: Code;
  readonly expected: string;
}

function shapesOf({ shapes }: Product): Shape[] {
  return shapes.map(({ pattern, code, ...shape }) => ({
    ...shape,
    pattern: new RegExp(pattern, 'i'),
    code: code as Code,
  }));
}

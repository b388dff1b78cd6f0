import { TEMPLATES } from '../generated/templates.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import type { Catalog, Product } from '../products/product.ts';
import { scriptBytes } from './escape.ts';
import { templateLanguage } from './template.ts';

/** A script that reads one family of products, and where and by whom it is run. */
export interface Collector {
  readonly family: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly shell: string;
  /** Roles of which one is enough. */
  readonly roles: readonly string[];
}

/** The collectors of all families, or of one, by family or by one of its versions. */
export function collectors({ products }: Catalog, wanted?: string): Collector[] {
  const families = new Map(
    [...products.values()]
      .filter(({ id, family }) => wanted === undefined || wanted === id || wanted === family)
      .map(product => [product.family, product]),
  );
  return [...families.values()].map(collectorOf).sort((a, b) => byCodeUnit(a.file, b.file));
}

function collectorOf({ family, collect, shell }: Product): Collector {
  const { name, roles, build, commands, certificates } = collect;
  const file = `${name}.ps1`;
  const declared = {
    Script: file,
    Family: family,
    Shell: shell.name,
    Roles: roles,
    Build: { Command: build.command, Property: build.property, Where: build.where ?? null },
    Commands: commands.map(one => ({ Command: one.command, Properties: one.keeps })),
    Certificates: Object.entries(certificates).map(([command, properties]) => ({
      Command: command,
      Properties: properties,
    })),
  };
  const text = templateLanguage(TEMPLATES)(`${family}/collect`, { declared });
  return { family, file, bytes: scriptBytes(text), shell: shell.name, roles };
}

import { CATALOG } from '../generated/catalog.ts';
import type { Catalog, Product } from './product.ts';

/** All product knowledge: the only door to it. */
export function readCatalog(): Catalog {
  const products = CATALOG.products as unknown as readonly Product[];
  return {
    products: new Map(products.map(product => [product.id, product])),
    ineligible: new Map(Object.entries(CATALOG.ineligible)),
    digest: CATALOG.digest,
  };
}

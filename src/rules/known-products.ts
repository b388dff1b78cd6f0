import type { Rule } from './rule.ts';
import { createGuess } from './wording.ts';

/**
 * Every product is known and can take part (R01).
 *
 * Only a few products implement the protocol, each from a certain version on. Planning a trust with
 * any other would produce objects that nothing ever uses.
 */
export const knownProducts: Rule = ({ topology, catalog }, report) => {
  const eligible = [...catalog.products.keys()];
  const guess = createGuess([...eligible, ...catalog.ineligible.keys()], eligible);
  for (const { name, at, product } of topology.deployments.values()) {
    if (catalog.products.has(product)) continue;
    const finding = { at: [...at, 'product'], address: `deployment/${name}` };
    const because = catalog.ineligible.get(product);
    if (because === undefined) {
      const detail = `"${product}" is not a product that Concordat knows`;
      report.add('product/unknown', { ...finding, detail, help: guess(product) });
    } else {
      const detail = `${product} cannot take part: ${because}`;
      const help = `upgrade it, or remove it and its partners; eligible: ${eligible.join(', ')}`;
      report.add('product/ineligible', { ...finding, detail, help });
    }
  }
};

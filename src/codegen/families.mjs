// The product families: folders of templates/ with a product.yaml.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the family folders, in order. `diagnostics` has a file of that name for the area. */
export function familyFolders(root) {
  const folder = join(root, 'templates');
  return readdirSync(folder)
    .sort()
    .filter(name => name !== 'diagnostics' && existsSync(join(folder, name, 'product.yaml')));
}

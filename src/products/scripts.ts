import { readAddress, type Kind } from '../kernel/address.ts';
import type { Product, ScriptFacts } from './product.ts';

/** The script facts of a resource: its own (`settings/contact-store`) or its kind's. */
export function scriptFactsOf(
  product: Product,
  kind: Kind,
  name?: string,
): ScriptFacts | undefined {
  const own = product.scripts.find(script => script.for === `${kind}/${name ?? ''}`);
  return own ?? product.scripts.find(script => script.for === kind);
}

/** The file name, without folder and ending, of the script that makes a resource so. */
export function scriptName(product: Product, kind: Kind, name?: string): string | undefined {
  return scriptFactsOf(product, kind, name)?.file.replace('{name}', name ?? '');
}

/** Where that script stands below the artifacts; undefined where nothing runs. */
export function scriptPath(
  product: Product,
  resource: { readonly deployment: string; readonly kind: Kind; readonly name?: string },
  folder: 'scripts' | 'undo' = 'scripts',
): string | undefined {
  const name = scriptName(product, resource.kind, resource.name);
  return name && `${resource.deployment}/${folder}/${name}.ps1`;
}

/** Where the script stands that takes a run of another back. */
export function undoPath(script: string): string {
  return script.replace('/scripts/', '/undo/');
}

/** Where the script that removes an object stands; it comes after all others. */
export function removalPath(whole: string, folder: 'scripts' | 'undo' = 'scripts'): string {
  const read = readAddress(whole);
  if (!read) throw new Error(`${whole} is no address`);
  const { kind, deployment, name } = read;
  return `${deployment}/${folder}/90-remove-${kind}${name ? `-${name}` : ''}.ps1`;
}

import { byCodeUnit } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Product } from '../products/product.ts';
import {
  blockOf,
  documentOf,
  scriptsOf,
  scriptsWith,
  textOf,
  textsOf,
  type Bundle,
} from './bundle.ts';
import type { Inspection } from './inspection.ts';

/** The check that runs against the server asks for what the partner scripts bring about. */
export function checkLive({ bundle, input, say }: Inspection): void {
  for (const deployment of bundle.deployments.keys()) {
    const product = input.catalog.products.get(input.products.get(deployment) ?? '');
    for (const script of scriptsWith(bundle, deployment, 'Live')) {
      const live = blockOf(script, 'Live');
      const wanted: Readonly<Record<string, readonly string[]>> = {
        Issuers: issuersOf(bundle, deployment),
        Thumbprints: documentOf(bundle, deployment)?.keys.map(key => key.thumbprint) ?? [],
      };
      const place = product && placeFault(live, product, textsOf(blockOf(script, 'Self'), 'Hosts'));
      const names = Object.entries(wanted).map(([name, expected]) =>
        listFault(name, textsOf(live, name), expected),
      );
      const faults = [...names, place].flatMap(fault => fault ?? []);
      for (const fault of faults) say('proof/declaration-differs', script.path, fault);
    }
  }
}

function listFault(
  name: string,
  found: readonly string[],
  expected: readonly string[],
): string | undefined {
  const same = [...found].sort(byCodeUnit).join() === [...expected].sort(byCodeUnit).join();
  const others = expected.join(', ');
  return same ? undefined : `Live.${name} is ${found.join(', ')}; the other files say ${others}`;
}

function issuersOf(bundle: Bundle, deployment: string): string[] {
  return scriptsOf(bundle, deployment).flatMap(script => {
    const partner = blockOf(script, 'Partner');
    const name = `${textOf(partner, 'Principal') ?? ''}@${textOf(partner, 'Realm') ?? ''}`;
    return partner['Enabled'] === true ? [name] : [];
  });
}

/** It asks the deployment itself, where the product's data says. */
function placeFault(
  live: JsonObject,
  { live: facts }: Product,
  hosts: readonly string[],
): string | undefined {
  if (live['Grade'] !== facts.grade) return `Live.Grade is not "${facts.grade}"`;
  const [, host = '', path] = /^https:\/\/([^/]+)(.*)$/.exec(textOf(live, 'Url') ?? '') ?? [];
  if (!hosts.includes(host))
    return `Live.Url asks "${host}", which is not a host of the deployment`;
  const known = typeof facts.url === 'string' ? facts.url.replace(/^https:\/\/[^/]*/, '') : path;
  return path === known ? undefined : `Live.Url does not end in ${known ?? ''}`;
}

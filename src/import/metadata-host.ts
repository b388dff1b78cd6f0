import type { JsonObject } from '../kernel/json.ts';
import type { DraftDeployment, DraftEntry } from './draft.ts';

/**
 * Deployments under the names at which their partners read their documents. A partner's own
 * address stays with it only where partners do not agree, because no proof finds a document there.
 */
export function withMetadataHosts(
  deployments: readonly DraftDeployment[],
  partners: readonly DraftEntry[],
): readonly DraftDeployment[] {
  return deployments.map(one => {
    const read = partners.filter(({ value }) => value['issuer'] === one.name);
    const urls = new Set(read.map(({ value }) => urlOf(value)));
    const [url] = urls;
    const host = urls.size === 1 ? hostIn(url, one) : undefined;
    if (host === undefined) return one;
    const note = `decide: its partners read its document at ${host}; is that a name of its own?`;
    const settings = { ...one.settings, metadataHost: host };
    return { ...one, settings, notes: [note, ...one.notes] };
  });
}

function urlOf({ metadataUrl }: JsonObject): string {
  return typeof metadataUrl === 'string' ? metadataUrl.toLowerCase() : '';
}

function hostIn(url: string | undefined, { product }: DraftDeployment): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return url === `https://${hostname}${product.metadata.path}`.toLowerCase() ? hostname : undefined;
}

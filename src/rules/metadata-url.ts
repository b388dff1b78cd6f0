import type { Code, Report } from '../kernel/report.ts';
import { directions, type Direction } from './partners.ts';
import type { Rule } from './rule.ts';
import { ownStableHosts } from './server-hosts.ts';

/**
 * A metadata URL that is written by hand is the issuer's own document (R17, R18, R19, R20).
 *
 * The document is not signed: TLS and the right host are all that vouch for the key in it.
 */
export const metadataUrl: Rule = (subject, report) => {
  const lab = subject.topology.environment === 'lab';
  for (const direction of directions(subject)) {
    const { metadataUrl: text } = direction.partner;
    if (text === undefined) continue;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const found = url ? faults(url, direction, lab) : [unreadable(direction)];
    for (const fault of found) add(fault, direction, report);
  }
};

interface Fault {
  readonly code: Code;
  readonly detail: string;
  readonly help?: string;
}

function* faults(url: URL, { issuer }: Direction, lab: boolean): Generator<Fault> {
  if (url.protocol !== 'https:' && !(lab && url.protocol === 'http:')) {
    const detail = `"${url.protocol}" does not vouch for the key in the document; expected https`;
    yield { code: 'partner/metadata-url-scheme', detail };
  }
  const { path } = issuer.product.metadata;
  if (url.pathname.toLowerCase() !== path || url.search !== '' || url.hash !== '') {
    const detail = `${issuer.product.title} publishes at ${path}, not at ${url.pathname}`;
    yield { code: 'partner/metadata-url-path', detail };
  }
  const stable = ownStableHosts(issuer);
  if (stable.includes(url.hostname)) return;
  if (issuer.servers.includes(url.hostname)) {
    const detail = `"${url.hostname}" is one server; the document is lost with it`;
    yield { code: 'partner/metadata-host-server', detail };
  } else if (!issuer.hosts.includes(url.hostname)) {
    const detail = `"${url.hostname}" is not among the names of "${issuer.deployment.name}"`;
    yield { code: 'partner/metadata-host-foreign', detail };
  }
}

function unreadable({ issuer }: Direction): Fault {
  const detail = `this is not a URL; ${issuer.product.title} publishes at ${issuer.metadataUrl}`;
  return { code: 'partner/metadata-url-path', detail };
}

function add(
  { code, detail }: Fault,
  { partner, issuer, address }: Direction,
  report: Report,
): void {
  report.add(code, {
    detail,
    help: `write "metadataUrl: ${issuer.metadataUrl}", or leave it out`,
    at: [...partner.at, 'metadataUrl'],
    address,
  });
}

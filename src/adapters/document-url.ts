import { EXIT } from '../kernel/exit.ts';
import { hostName } from '../kernel/names.ts';
import { Refusal } from '../kernel/report.ts';
import { shown } from '../kernel/visible.ts';

/** An address that may be asked. */
export interface DocumentUrl {
  readonly href: string;
  readonly host: string;
  /** Whether the host may be in the own network. */
  readonly mayBePrivate: boolean;
}

/** Exceptions that somebody named. */
export interface Allowances {
  /** `host:port` where the port is not 443. */
  readonly hosts: ReadonlySet<string>;
  /** Hosts that may have private addresses, or a name of one label. */
  readonly privates: ReadonlySet<string>;
}

const MOST = 2_048;
const LABELS = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const HELP =
  'write it as https://host/path, with the full name of the host; ' +
  '--allow-host HOST:PORT names another port, --allow-private HOST a host of the own network';

/**
 * Reads the address of a document. The text is judged as it stands, before any parser: what two of
 * them read differently is refused.
 */
export function readDocumentUrl(text: string, allowances: Allowances): DocumentUrl {
  const fault = faultIn(text, allowances);
  if (fault !== undefined) {
    const detail = `"${shown(text)}" ${fault}`;
    throw new Refusal('fetch/url', { detail, help: HELP }, EXIT.invalid);
  }
  const { href, hostname } = new URL(text);
  return { href, host: hostname, mayBePrivate: allowances.privates.has(hostname) };
}

function faultIn(text: string, allowances: Allowances): string | undefined {
  if (text.length > MOST) return `has more than ${MOST} characters`;
  if (!/^[!-~]+$/.test(text)) return 'holds blanks, controls or letters outside of ASCII';
  if (!/^https:\/\//i.test(text)) return 'does not begin with https://';
  if (/[\\#]/.test(text)) return 'has a backslash or a fragment in it';
  const [authority = ''] = text.slice('https://'.length).split(/[/?]/);
  return faultInAuthority(authority.toLowerCase(), allowances) ?? otherwiseRead(text, authority);
}

function faultInAuthority(authority: string, { hosts, privates }: Allowances): string | undefined {
  if (authority.includes('@')) return 'has a user or password in it';
  if (/[[\]%]/.test(authority)) return 'names an address or is escaped, where a host has a name';
  const [host = '', port, ...more] = authority.split(':');
  if (host === '' || more.length > 0) return 'names no host';
  if (/^(?:[0-9]|.*\.(?:0x[0-9a-f]*|[0-9]+)\.?$)/.test(host) && !LABELS.test(host)) {
    return 'names an address in numbers, where a host has a name';
  }
  if (!LABELS.test(host) || host.length > 253) return 'names a host that is no DNS name';
  if (hostName(host) === undefined && !privates.has(host)) {
    return 'names a host of one label, which is not its full name';
  }
  if (port === undefined || port === '443' || hosts.has(authority)) return undefined;
  return `has the port "${port}", which is neither 443 nor named by --allow-host`;
}

/** The last word is the parser's that connects. */
function otherwiseRead(text: string, authority: string): string | undefined {
  if (!URL.canParse(text)) return 'is no address of the web';
  const url = new URL(text);
  const [host = '', port = ''] = authority.toLowerCase().split(':');
  const same = url.hostname === host && url.port === (port === '443' ? '' : port);
  return same && url.protocol === 'https:' ? undefined : `would be read as ${shown(url.origin)}`;
}

/** Reads what the exceptions name. */
export function readAllowances(hosts: readonly string[], privates: readonly string[]): Allowances {
  for (const one of hosts) {
    const [, host = '', port = ''] = /^([^:]+):([1-9][0-9]{0,4})$/.exec(one.toLowerCase()) ?? [];
    if (!LABELS.test(host) || Number(port) > 65_535) refuse('--allow-host', one, 'HOST:PORT');
  }
  for (const one of privates) {
    if (!LABELS.test(one.toLowerCase())) refuse('--allow-private', one, 'the name of a host');
  }
  return { hosts: folded(hosts), privates: folded(privates) };
}

function folded(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.map(word => word.toLowerCase()));
}

function refuse(option: string, found: string, expected: string): never {
  const detail = `${option} "${shown(found)}"; expected ${expected}`;
  const help = 'name exactly the host of the address that is meant; there are no wildcards';
  throw new Refusal('fetch/allowance', { detail, help }, EXIT.invalid);
}

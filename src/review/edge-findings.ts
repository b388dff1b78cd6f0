import { worded } from '../kernel/canonical.ts';
import { isList } from '../kernel/json.ts';
import { readCertificate } from '../evidence/certificate.ts';
import { textAt } from '../evidence/issuer.ts';
import { evaluate, namesIn } from '../products/expression.ts';
import type { EdgeFinding, JudgedEdge } from './drift.ts';
import { endsOf, type Ends, type Estate } from './edge-ends.ts';

const HOUR = 60 * 60 * 1000;
/** How long before its end a certificate is named. */
const SOON = 14 * 24 * HOUR;

/** What does not fit between both ends of every edge; edges without a finding are left out. */
export function judgeEdges(estate: Estate): readonly JudgedEdge[] {
  return endsOf(estate)
    .map(ends => ({
      address: ends.edge.address,
      findings: CHECKS.flatMap(check => check(ends)).map(one => awaited(one, ends)),
    }))
    .filter(({ findings }) => findings.length > 0);
}

/** What an attribute tells as drift if it is not awaited; nothing else may be played down. */
const TOLD_TWICE: readonly EdgeFinding['code'][] = [
  'half-trust',
  'disabled',
  'wrong-realm',
  'wrong-principal',
];

/** What is still to be made is no drift; that it is not there yet shows at both ends. */
function awaited(finding: EdgeFinding, { edge, isPending, isIssuerPending }: Ends): EdgeFinding {
  const isOpen = finding.deployment === edge.acceptor ? isPending : isIssuerPending;
  if (!isOpen || !TOLD_TWICE.includes(finding.code)) return finding;
  const help = 'it is still to be made: go on with the runbook (concordat status)';
  return { ...finding, severity: 'info', help };
}

type Check = (ends: Ends) => readonly EdgeFinding[];

const CHECKS: readonly Check[] = [
  halfTrust,
  duplicate,
  anotherKey,
  disabled,
  wrongRealm,
  wrongPrincipal,
  wrongHost,
  staleCopy,
  publishedNotSigning,
  rollUnknown,
  ended,
];

function halfTrust({ edge, partner, opposite }: Ends): readonly EdgeFinding[] {
  const isHalf = opposite?.is === 'there' || opposite?.is === 'several';
  if (partner?.is !== 'absent' || !isHalf) return [];
  const { acceptor, issuer } = edge;
  return [
    {
      code: 'half-trust',
      severity: 'error',
      deployment: acceptor,
      text:
        `${issuer} has a partner for ${acceptor}, and ${acceptor} has none for ${issuer}: ` +
        'tokens are accepted in one direction only',
      help: 'concordat plan --from makes it again; remove the other one if trust shall end',
    },
  ];
}

function duplicate({ edge: { acceptor, issuer }, partner }: Ends): readonly EdgeFinding[] {
  if (partner?.is !== 'several') return [];
  const names = partner.names.map(name => JSON.stringify(name)).join(', ');
  return [
    {
      code: 'duplicate',
      severity: 'error',
      deployment: acceptor,
      text:
        `${acceptor} has several objects for ${issuer}: ${names}; ` +
        'nobody can say which of them a token meets',
      help: 'remove on the server those that are not meant, and collect again',
    },
  ];
}

/** Whoever holds the other key is let in as the issuer, and no plan knows of it. */
function anotherKey({ edge: { acceptor, issuer }, rivals }: Ends): readonly EdgeFinding[] {
  if (rivals.length === 0) return [];
  const names = rivals.map(name => JSON.stringify(name)).join(', ');
  return [
    {
      code: 'another-key',
      severity: 'warning',
      deployment: acceptor,
      text:
        `${acceptor} accepts tokens of ${issuer} by ${names} as well, ` +
        'which has its key from elsewhere',
      help: 'remove on the server what is not meant; declare its basis where it is the one that is',
    },
  ];
}

function disabled({ edge, object, facts }: Ends): readonly EdgeFinding[] {
  const enabled = object && facts && evaluate(facts.attributes['enabled'] ?? null, object);
  if (!edge.enabled || worded(enabled).toLowerCase() !== 'false') return [];
  return [
    {
      code: 'disabled',
      severity: 'error',
      deployment: edge.acceptor,
      text: `the partner is switched off: ${edge.acceptor} refuses all tokens of ${edge.issuer}`,
      help: 'run its script again, or declare "enabled: false" if that is meant',
    },
  ];
}

function wrongRealm(ends: Ends): readonly EdgeFinding[] {
  const help =
    'concordat plan --from sets back what is pinned, and partners; a default domain is set back ' +
    'on its servers; with another realm all partners change';
  return wrongName(ends, 'realm', help);
}

function wrongPrincipal(ends: Ends): readonly EdgeFinding[] {
  const help = 'the application id of a product never changes: set it back where it was altered';
  return wrongName(ends, 'principal', help);
}

/** The acceptor waits for another name than the one under which tokens are issued. */
function wrongName(ends: Ends, key: 'realm' | 'principal', help: string): readonly EdgeFinding[] {
  const { edge, issuer, object, facts, seen } = ends;
  const wanted = object && facts && textAt(facts, key, object);
  const issued = seen?.[key];
  if (wanted === undefined || issued === undefined || same(wanted, issued)) return [];
  return [
    {
      code: `wrong-${key}`,
      severity: 'error',
      // Whoever says what is declared is not the one that was changed.
      deployment: same(issued, issuer[key]) ? edge.acceptor : edge.issuer,
      text:
        `${edge.acceptor} waits for tokens of the ${key} "${wanted}", ` +
        `and ${edge.issuer} issues them under "${issued}"`,
      help,
    },
  ];
}

function wrongHost({ edge, object, facts, issuer, metadataUrl }: Ends): readonly EdgeFinding[] {
  const url = object && facts && textAt(facts, 'metadataUrl', object);
  if (url === undefined || same(url, metadataUrl ?? '')) return [];
  const { hostname, pathname } = URL.canParse(url) ? new URL(url) : { hostname: '', pathname: '' };
  const hosts = [...issuer.hosts, ...issuer.stableHosts, ...issuer.servers];
  const { path } = issuer.product.metadata;
  const isHost = hosts.some(host => same(host, hostname));
  if (isHost && same(pathname, path)) return [];
  const why = isHost ? `the path is not ${path}` : `${edge.issuer} has no such host`;
  return [
    {
      code: 'wrong-host',
      severity: 'error',
      deployment: edge.acceptor,
      text: `${edge.acceptor} reads the keys of ${edge.issuer} at ${url}: ${why}`,
      help: 'whoever answers there can be trusted as the issuer; set the declared URL again',
    },
  ];
}

/** Thumbprints of the keys that the acceptor holds of the issuer; nothing where nobody can tell. */
function copiesIn({ object, facts }: Ends): readonly string[] | undefined {
  const { copies } = facts ?? {};
  if (!object || copies === undefined) return undefined;
  if (namesIn(copies).some(name => !Object.hasOwn(object, name))) return undefined;
  const found = evaluate(copies, object);
  const texts = isList(found) ? found : found === null ? [] : [found];
  return texts.map(one => {
    const read = readCertificate(Buffer.from(worded(one), 'base64'));
    return 'fault' in read ? 'what is no certificate' : read.thumbprint;
  });
}

function staleCopy(ends: Ends): readonly EdgeFinding[] {
  const { edge, seen } = ends;
  const copies = copiesIn(ends);
  const signing = seen?.signing ?? '';
  if (!copies || signing === '' || copies.includes(signing)) return [];
  const held = copies.length === 0 ? 'none' : copies.join(', ');
  return [
    {
      code: 'stale-copy',
      severity: 'error',
      deployment: edge.acceptor,
      text:
        `${edge.issuer} signs with ${signing}, of which ${edge.acceptor} has no copy; ` +
        `it holds ${held}`,
      help: 'let it read the document again: run the script of the partner with -Refresh',
    },
  ];
}

/** Thumbprints in the order of the document; nothing where it lists no keys by its form. */
function publishedIn({ document }: Ends): readonly string[] | undefined {
  if (!document || document.document.shape === 'discovery') return undefined;
  return document.document.keys.map(({ certificate }) => certificate.thumbprint);
}

function publishedNotSigning(ends: Ends): readonly EdgeFinding[] {
  const { edge, seen, document } = ends;
  const published = publishedIn(ends);
  const signing = seen?.signing ?? '';
  if (!document || !published || signing === '' || published[0] === signing) return [];
  const isListed = published.includes(signing);
  const how = isListed ? 'lists it, but not first' : `lists ${published.join(', ') || 'none'}`;
  return [
    {
      code: 'published-not-signing',
      severity: isListed ? 'info' : 'error',
      deployment: edge.issuer,
      text: `${edge.issuer} signs with ${signing}; its document of ${document.collectedAt} ${how}`,
      help: isListed
        ? 'nothing is to be done where all its partners read the whole list'
        : 'restart what publishes the document, server by server, and fetch it again',
    },
  ];
}

/** A certificate that will sign, and that one of the places does not know yet. */
function rollUnknown(ends: Ends): readonly EdgeFinding[] {
  const { edge, issuer, seen, now } = ends;
  const { thumbprint, from } = seen?.staged ?? {};
  if (thumbprint === undefined || from === undefined) return [];
  const { roll } = issuer.product.certificate;
  const isNear = Date.parse(from) - now.getTime() <= roll.leadHours * HOUR;
  // Of such a product nobody may expect that it lists a key that does not sign yet.
  const publishes = issuer.product.rollover.publishesNext.known !== 'no';
  const places = [
    { deployment: edge.acceptor, what: `the copy of ${edge.acceptor}`, keys: copiesIn(ends) },
    {
      deployment: edge.issuer,
      what: `the document of ${edge.issuer}`,
      keys: publishes ? publishedIn(ends) : undefined,
    },
  ];
  return places
    .filter(({ keys }) => keys && !keys.includes(thumbprint))
    .map(({ deployment, what }) => ({
      code: 'roll-unknown' as const,
      severity: isNear ? ('warning' as const) : ('info' as const),
      deployment,
      text:
        `${edge.issuer} signs with ${thumbprint} from ${from} on, ` +
        `and ${what} does not hold it yet`,
      help: 'refresh it as soon as the document lists the key, on that day at the latest',
    }));
}

function ended({ edge, certificate, now }: Ends): readonly EdgeFinding[] {
  if (!certificate) return [];
  const { thumbprint, notAfter } = certificate;
  const left = Date.parse(notAfter) - now.getTime();
  if (left > SOON) return [];
  const [severity, ends] = left < 0 ? (['error', 'ended'] as const) : (['info', 'ends'] as const);
  return [
    {
      code: 'ended',
      severity,
      deployment: edge.issuer,
      text: `${edge.issuer} signs with ${thumbprint}, which ${ends} at ${notAfter}`,
      help: 'declare the next certificate and plan it; partners must learn its key',
    },
  ];
}

/** Whether servers would call two names the same. */
function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

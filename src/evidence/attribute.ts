import type { Report } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import type { Evidence } from './evidence.ts';
import type { Published } from './read-fetched.ts';

/** Who says which evidence belongs where. */
export interface Estate {
  readonly installations: ReadonlyMap<string, Installation>;
  readonly now: Date;
}

const DAY = 24 * 60 * 60 * 1000;
/** A saved plan lives as long; what was read before may have changed meanwhile. */
const OLDEST = 14 * DAY;
const OLD = DAY;
/** How far clocks are apart: what Kerberos allows, and then some. */
const SKEW = 10 * 60 * 1000;

/** Gives each reading to the deployment it was made of; the newest of several speaks. */
export function attributeEvidence(
  evidence: readonly Evidence[],
  estate: Estate,
  report: Report,
): ReadonlyMap<string, Evidence> {
  return newestOfEach(evidence, { ...estate, report, ownerOf });
}

/** Gives each fetched document to the deployment that publishes it; the newest one speaks. */
export function attributeDocuments(
  documents: readonly Published[],
  estate: Estate,
  report: Report,
): ReadonlyMap<string, Published> {
  return newestOfEach(documents, { ...estate, report, ownerOf: publisherOf });
}

/** A reading of a server or of a document. */
type Dated = Pick<Evidence, 'place' | 'collectedAt'>;

interface Giving<One> extends Estate {
  readonly report: Report;
  ownerOf(one: One, estate: Estate, report: Report): string | undefined;
}

function newestOfEach<One extends Dated>(
  all: readonly One[],
  { report, ownerOf: owner, ...estate }: Giving<One>,
): ReadonlyMap<string, One> {
  const newestFirst = [...all].sort(
    (a, b) => Date.parse(b.collectedAt) - Date.parse(a.collectedAt) || (a.place < b.place ? -1 : 1),
  );
  const given = new Map<string, One>();
  for (const one of newestFirst) {
    const name = owner(one, estate, report);
    const newer = name === undefined ? undefined : given.get(name);
    if (newer) reportSuperseded(one, newer, report);
    else if (name !== undefined && isTimely(one, estate, report)) given.set(name, one);
  }
  return given;
}

function publisherOf(
  { url, place }: Published,
  { installations }: Estate,
  report: Report,
): string | undefined {
  const { hostname, pathname } = new URL(url);
  const all = [...installations.values()];
  const found =
    all.find(one => one.metadataUrl === url) ??
    all.find(
      ({ product, stableHosts, servers }) =>
        product.metadata.path === pathname && [...stableHosts, ...servers].includes(hostname),
    );
  if (found) return found.deployment.name;
  report.add('evidence/of-nobody', {
    detail: `${place} was fetched from ${url}, where no deployment of the topology publishes`,
    help: 'nothing is to be done where it is meant for something else',
  });
  return undefined;
}

function ownerOf(
  evidence: Evidence,
  { installations }: Estate,
  report: Report,
): string | undefined {
  const { family, build, host, place } = evidence;
  const possible = [...installations.values()].filter(
    ({ product }) =>
      product.family === family && (build === null || new RegExp(product.builds).test(build)),
  );
  const here = possible.filter(
    ({ servers }) => servers.length === 0 || servers.some(server => isHost(server, host)),
  );
  const [only] = here;
  if (here.length === 1 && only) return only.deployment.name;
  const what = `${place} was read on ${host}: ${family}, build ${build ?? 'unknown'}`;
  if (here.length > 1) {
    const names = here.map(({ deployment }) => deployment.name).join(', ');
    report.add('evidence/ambiguous', {
      detail: `${what}; it may be of ${names}`,
      help: 'declare the servers of each, so that the server says which one it is',
    });
    return undefined;
  }
  report.add('evidence/foreign', {
    detail: `${what}; no deployment of the topology is that product and has that server`,
    help: 'correct the servers or the product of the deployment, or leave this evidence out',
  });
  return undefined;
}

/** A server says its short name or its full one. */
function isHost(server: string, host: string): boolean {
  const [wanted, found] = [server.toLowerCase(), host.toLowerCase()];
  return wanted === found || wanted.split('.')[0] === found;
}

function isTimely({ place, collectedAt }: Dated, { now }: Estate, report: Report): boolean {
  const age = now.getTime() - Date.parse(collectedAt);
  if (age < -SKEW) {
    report.add('evidence/future', {
      detail: `${place} says that it was read at ${collectedAt}; here it is ${now.toISOString()}`,
      help: 'set the clock that is wrong, and run the collector again',
    });
    return false;
  }
  if (age > OLDEST) {
    report.add('evidence/too-old', {
      detail: `${place} was read at ${collectedAt}, more than 14 days ago`,
      help: 'run the collector again: concordat collect',
    });
    return false;
  }
  if (age > OLD) {
    report.add('evidence/old', {
      detail: `${place} was read at ${collectedAt}, more than a day ago`,
      help: 'run the collector again where somebody may have changed something since',
    });
  }
  return true;
}

function reportSuperseded(older: Dated, newer: Dated, report: Report): void {
  report.add('evidence/superseded', {
    detail:
      `${older.place} (${older.collectedAt}) is left out; ` +
      `${newer.place} (${newer.collectedAt}) is newer`,
    help: 'nothing is to be done; remove the older one if it is not history',
  });
}

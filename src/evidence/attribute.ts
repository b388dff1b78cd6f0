import { byCodeUnit } from '../kernel/canonical.ts';
import type { Report } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import type { Evidence } from './evidence.ts';
import { isHost } from './hosts.ts';
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

/** Deployment to the newest reading of each of its servers, the newest of all first. */
export type Readings = ReadonlyMap<string, readonly Evidence[]>;

/** Gives each reading to the deployment it was made of; of each server the newest counts. */
export function attributeEvidence(
  evidence: readonly Evidence[],
  estate: Estate,
  report: Report,
): Readings {
  const given = new Map<string, Evidence[]>();
  for (const one of distinct(evidence)) {
    const owner = ownerOf(one, estate, report);
    if (!owner) continue;
    const readings = given.get(owner.deployment.name) ?? [];
    const newer = readings.find(({ host }) => isSameServer(host, one.host, owner));
    if (newer) reportSuperseded(one, newer, report);
    else if (isTimely(one, estate, report)) {
      if (readings[0]) reportBeside(one, readings[0], report);
      given.set(owner.deployment.name, [...readings, one]);
    }
  }
  return given;
}

/** The readings that speak for the plan: the newest of each deployment. */
export function speaking(readings: Readings): ReadonlyMap<string, Evidence> {
  return new Map(
    [...readings].flatMap(([name, [newest]]) => (newest ? [[name, newest] as const] : [])),
  );
}

/** Gives each fetched document to the deployment that publishes it; the newest one speaks. */
export function attributeDocuments(
  documents: readonly Published[],
  estate: Estate,
  report: Report,
): ReadonlyMap<string, Published> {
  const given = new Map<string, Published>();
  for (const one of distinct(documents)) {
    const name = publisherOf(one, estate, report);
    const newer = name === undefined ? undefined : given.get(name);
    if (newer) reportSuperseded(one, newer, report);
    else if (name !== undefined && isTimely(one, estate, report)) given.set(name, one);
  }
  return given;
}

/** A reading of a server or of a document. */
type Dated = Pick<Evidence, 'place' | 'collectedAt' | 'sha256'>;

/** The newest first; of a reading that was given twice nothing is older, and one copy counts. */
function distinct<One extends Dated>(all: readonly One[]): One[] {
  const given = new Set<string>();
  const sorted = [...all].sort(newestFirst);
  return sorted.filter(({ sha256 }) => !given.has(sha256) && given.add(sha256));
}

function newestFirst(a: Dated, b: Dated): number {
  return Date.parse(b.collectedAt) - Date.parse(a.collectedAt) || byCodeUnit(a.place, b.place);
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
): Installation | undefined {
  const { family, build, host, place } = evidence;
  const possible = [...installations.values()].filter(
    ({ product }) =>
      product.family === family && (build === null || new RegExp(product.builds).test(build)),
  );
  const here = possible.filter(
    ({ servers }) => servers.length === 0 || servers.some(server => isHost(server, host)),
  );
  const [only] = here;
  if (here.length === 1 && only) return only;
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

function isSameServer(one: string, other: string, { servers }: Installation): boolean {
  const named = (host: string): string =>
    (servers.find(server => isHost(server, host)) ?? host).toLowerCase();
  return named(one) === named(other);
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

function reportBeside(older: Evidence, newest: Evidence, report: Report): void {
  report.add('evidence/beside', {
    detail:
      `${older.place} (${older.host}, ${older.collectedAt}) is compared with ` +
      `${newest.place} (${newest.host}, ${newest.collectedAt}), which speaks for the plan`,
    help: 'nothing is to be done; servers of one deployment must have the same certificate',
  });
}

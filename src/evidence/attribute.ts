import type { Report } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import type { Evidence } from './evidence.ts';

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
  const newestFirst = [...evidence].sort(
    (a, b) => Date.parse(b.collectedAt) - Date.parse(a.collectedAt) || (a.place < b.place ? -1 : 1),
  );
  const given = new Map<string, Evidence[]>();
  for (const one of newestFirst) {
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

/** A server says its short name or its full one. */
function isHost(server: string, host: string): boolean {
  const [wanted, found] = [server.toLowerCase(), host.toLowerCase()];
  return wanted === found || wanted.split('.')[0] === found;
}

function isSameServer(one: string, other: string, { servers }: Installation): boolean {
  const named = (host: string): string =>
    (servers.find(server => isHost(server, host)) ?? host).toLowerCase();
  return named(one) === named(other);
}

function isTimely({ place, collectedAt }: Evidence, { now }: Estate, report: Report): boolean {
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

function reportSuperseded(older: Evidence, newer: Evidence, report: Report): void {
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

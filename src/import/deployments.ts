import { byCodeUnit } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { certificatesIn, type Signing } from '../evidence/sight-certificate.ts';
import { whyUnread } from '../evidence/sight.ts';
import { evaluate, evaluateNames } from '../products/expression.ts';
import { collectorsFor } from '../products/collectors.ts';
import { importFacts, type ImportFacts } from '../products/imports.ts';
import type { Catalog, Product } from '../products/product.ts';
import type { DraftDeployment, NamedFile } from './draft.ts';
import { pruned } from './pruned.ts';

/** What was read of one deployment, and by which facts it is written down. */
interface Subject {
  readonly evidence: Evidence;
  readonly product: Product;
  readonly facts: ImportFacts;
}

/** One deployment for all evidence of the same servers; the newest speaks. */
export function draftDeployments(
  evidence: readonly Evidence[],
  catalog: Catalog,
  report: Report,
): readonly DraftDeployment[] {
  const newestFirst = [...evidence].sort(
    (a, b) => Date.parse(b.collectedAt) - Date.parse(a.collectedAt) || byCodeUnit(a.place, b.place),
  );
  const subjects = newestFirst.flatMap(one => subjectOf(one, catalog, report) ?? []);
  const speaking = new Map<string, Subject>();
  for (const subject of subjects) {
    const key = `${subject.facts.family} ${defaultDomain(subject)}`;
    const newer = speaking.get(key);
    if (newer && newer.product.id !== subject.product.id) reportMixed(newer, subject, report);
    if (!newer) speaking.set(key, subject);
  }
  const names = new Map<string, number>();
  // The bytes of a thumbprint are the same on whichever server they were read.
  const certificates = new Map(evidence.flatMap(one => [...one.certificates]));
  return [...speaking.values()]
    .sort((a, b) => byCodeUnit(a.facts.family, b.facts.family) || byHost(a, b))
    .map(subject => deploymentOf(subject, { names, certificates }));
}

function byHost({ evidence: a }: Subject, { evidence: b }: Subject): number {
  return byCodeUnit(a.host, b.host);
}

function subjectOf(evidence: Evidence, catalog: Catalog, report: Report): Subject | undefined {
  const { family, build } = evidence;
  const facts = importFacts(family);
  if (!facts) return reportFamily(evidence, report);
  const versions = [...catalog.products.values()].filter(one => one.family === family);
  const product = versions.find(({ builds }) => build !== null && new RegExp(builds).test(build));
  if (!product) return reportVersion(evidence, versions, report);
  const subject = { evidence, product, facts };
  return isWhole(subject, report) ? subject : undefined;
}

function reportFamily({ place, host, family }: Evidence, report: Report): undefined {
  const known = collectorsFor().map(one => one.family);
  report.add('import/unknown-family', {
    detail: `${place} was read on ${host}: ${family}; known are ${known.join(' and ')}`,
    help: 'leave this evidence out; other servers are written into the topology by hand',
  });
}

function reportVersion(
  { place, host, family, build }: Evidence,
  versions: readonly Product[],
  report: Report,
): undefined {
  const known = versions.map(({ title }) => title).join(', ');
  report.add('import/unknown-version', {
    detail:
      `${place} was read on ${host}: ${family}, ` +
      `${build === null ? 'of which no build was read' : `build ${build}`}; known are ${known}`,
    help:
      build === null
        ? 'run the collector again, as somebody who may read the version'
        : 'leave this evidence out; the build is of none of these versions',
  });
}

/** What was not read is not absent: a topology without it would say so. */
function isWhole(subject: Subject, report: Report): boolean {
  const { evidence, facts } = subject;
  const missing = facts.needs.filter(command => !evidence.objects.has(command));
  for (const command of missing) {
    report.add('import/not-read', {
      detail: `${evidence.place}: ${command} was not read: ${whyUnread(command, evidence)}`,
      help:
        'mend the reason and run the collector again, or leave this folder out where another ' +
        'server of that side was read whole',
    });
  }
  if (missing.length > 0) return false;
  if (defaultDomain(subject) !== '') return true;
  report.add('import/not-read', {
    detail: `${evidence.place}: no domain is the default one, so that its realm has no value`,
    help: 'run the collector again, as somebody who sees the domains',
  });
  return false;
}

function scopeOf({ evidence, product }: Subject): JsonObject {
  return { ...Object.fromEntries(evidence.objects), version: product.id };
}

function defaultDomain(subject: Subject): string {
  return (evaluateNames(subject.facts.default, scopeOf(subject))[0] ?? '').toLowerCase();
}

interface Drafting {
  readonly names: Map<string, number>;
  readonly certificates: Evidence['certificates'];
}

function deploymentOf(subject: Subject, drafting: Drafting): DraftDeployment {
  const { names } = drafting;
  const { evidence, product, facts } = subject;
  const scope = scopeOf(subject);
  const name = unique(String(evaluate(facts.deployment, scope)), names);
  const certificates = certificatesIn(product.objects.certificate?.seen, evidence);
  const signing = certificates && drafting.certificates.get(certificates.signing);
  return {
    ...subject,
    name,
    realm: unique(facts.realm, names),
    realmEntry: realmOf(subject, scope),
    settings: pruned(
      Object.fromEntries(Object.entries(facts.settings).map(([k, v]) => [k, evaluate(v, scope)])),
    ) as JsonObject,
    certificate: signing && { file: `evidence/${name}.cer`, info: signing },
    notes: certificates?.signing ? notesOf(certificates, signing) : ['no certificate signs there'],
    aside: [],
  };
}

function notesOf({ signing, staged }: Signing, info: NamedFile['info'] | undefined): string[] {
  const read = info
    ? `${signing} signs, until ${info.notAfter}`
    : `decide: ${signing} signs and was not read; export it without its ` +
      'private key, and name it: "public: evidence/issuer.cer"';
  return staged === undefined
    ? [read]
    : [read, `${staged.thumbprint} is staged for ${staged.from ?? ''}; name it once it signs`];
}

function realmOf({ facts, product }: Subject, scope: JsonObject): JsonObject {
  const all = evaluateNames(facts.domains, scope).map(one => one.toLowerCase());
  const preferred = (evaluateNames(facts.default, scope)[0] ?? '').toLowerCase();
  const additional = [...new Set(all)].filter(one => one !== preferred);
  const pinned = evaluate(facts.pinned, scope);
  const isPinned = typeof pinned === 'string' && pinned !== '';
  return pruned({
    [product.realm.from]: { default: preferred, additional },
    value: isPinned && pinned.toLowerCase() !== preferred ? pinned : null,
  }) as JsonObject;
}

function unique(name: string, names: Map<string, number>): string {
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

/** One deployment has one version; a move from one to the next is written by hand. */
function reportMixed(one: Subject, other: Subject, report: Report): void {
  const said = ({ evidence, product }: Subject): string =>
    `${evidence.place} is of ${product.id} (${evidence.host})`;
  report.add('import/mixed-versions', {
    detail: `${said(one)}, and ${said(other)}, with the same default domain`,
    help: 'name only the evidence of the version that shall be managed',
  });
}

import type { Report } from '../kernel/report.ts';
import { anyCertificate } from './any-certificate.ts';
import { certificateEnds } from './certificate-ends.ts';
import { certificateForm } from './certificate-form.ts';
import { certificateLifetime } from './certificate-lifetime.ts';
import { certificateSources } from './certificate-sources.ts';
import { distinctCertificates } from './distinct-certificates.ts';
import { distinctIssuers } from './distinct-issuers.ts';
import { distinctPartners } from './distinct-partners.ts';
import { domainShape } from './domain-shape.ts';
import { featureLevels } from './feature-levels.ts';
import { featuresDeclared } from './features-declared.ts';
import { featuresTrusted } from './features-trusted.ts';
import { fileNames } from './file-names.ts';
import { issuerStays } from './issuer-stays.ts';
import { keptObjects } from './kept-objects.ts';
import { keyStrength } from './key-strength.ts';
import { knownFeatures } from './known-features.ts';
import { knownProducts } from './known-products.ts';
import { knownReferences } from './known-references.ts';
import { metadataUrl } from './metadata-url.ts';
import { noSelfPartner } from './no-self-partner.ts';
import { offeredPartners } from './offered-partners.ts';
import { oneTokenSource } from './one-token-source.ts';
import { partnerIdentity } from './partner-identity.ts';
import { partnerNames } from './partner-names.ts';
import { partnersNeeded } from './partners-needed.ts';
import { pinnedCertificates } from './pinned-certificates.ts';
import { pinnedRealm } from './pinned-realm.ts';
import { probes } from './probes.ts';
import { realmDomains } from './realm-domains.ts';
import { reservedSettings } from './reserved-settings.ts';
import { rollDates } from './roll-dates.ts';
import type { Rule, Subject } from './rule.ts';
import { scenarioKinds } from './scenario-kinds.ts';
import { serverHosts } from './server-hosts.ts';
import { settingShapes } from './setting-shapes.ts';
import { suitableReferences } from './suitable-references.ts';
import { supportedVersions } from './supported-versions.ts';
import { trustedForests } from './trusted-forests.ts';
import { uniqueDomains } from './unique-domains.ts';
import { uniqueFeatures } from './unique-features.ts';
import { uniquePartners } from './unique-partners.ts';

/**
 * Every rule, in the order of the language: what is named, then realms, deployments, certificates,
 * partners, scenarios. No rule needs another to have run and findings are sorted by place; of two
 * at one place the first to look comes first, and a wrong name explains more than what follows.
 */
export const RULES: readonly Rule[] = [
  knownProducts,
  knownReferences,
  suitableReferences,

  realmDomains,
  domainShape,
  uniqueDomains,
  pinnedRealm,

  fileNames,
  supportedVersions,
  issuerStays,
  distinctIssuers,
  serverHosts,
  settingShapes,
  reservedSettings,

  certificateSources,
  certificateLifetime,
  keyStrength,
  rollDates,
  certificateEnds,
  certificateForm,
  distinctCertificates,

  noSelfPartner,
  uniquePartners,
  offeredPartners,
  oneTokenSource,
  pinnedCertificates,
  partnerIdentity,
  partnerNames,
  keptObjects,
  distinctPartners,
  metadataUrl,
  anyCertificate,
  trustedForests,

  scenarioKinds,
  knownFeatures,
  featuresTrusted,
  featureLevels,
  featuresDeclared,
  uniqueFeatures,
  probes,
  partnersNeeded,
];

/** Lets every rule look at the topology. */
export function applyRules(subject: Subject, report: Report): void {
  for (const rule of RULES) rule(subject, report);
}

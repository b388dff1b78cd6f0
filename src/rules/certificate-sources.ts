import type { Report } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import type { Rule } from './rule.ts';
import { oneOf } from './wording.ts';

/** Why a certificate made here deserves a word, by the reason that a product file gives. */
const REASONS: Readonly<Record<string, string>> = {
  'vendor-expects-ca': "the vendor's pages expect one of a certification authority",
  'made-on-host-is-better': 'one made on the server has the right key provider for sure',
};

/**
 * A certificate comes from a source its product knows.
 *
 * A product that has no way to request or import a certificate could not carry the plan out, and a
 * script that is to import one must know which; one that is made here is allowed, and said aloud.
 */
export const certificateSources: Rule = ({ installations }, report) => {
  for (const installation of installations.values()) {
    const { deployment, product } = installation;
    const { source, at } = deployment.certificate;
    if (source === 'generate') reportGenerated(installation, report);
    if (source === 'import') checkNamed(installation, report);
    if (product.certificate.sources.includes(source)) continue;
    report.add('certificate/source-not-offered', {
      detail: `${product.title} has no way to get its certificate from "${source}"`,
      help: `write ${oneOf(product.certificate.sources)}`,
      at: [...at, 'source'],
      address: `certificate/${deployment.name}`,
    });
  }
};

function reportGenerated({ deployment, product }: Installation, report: Report): void {
  const { generated, sources } = product.certificate;
  const others = sources.filter(source => source !== 'generate');
  report.add('certificate/generated-here', {
    detail:
      `the ${product.certificate.object} of "${deployment.name}" is made here; ` +
      (REASONS[generated] ?? 'the vendor says nothing about that'),
    help: `nothing to do, if that is what you want; otherwise write ${oneOf(others)}`,
    at: [...deployment.certificate.at, 'source'],
    address: `certificate/${deployment.name}`,
  });
}

function checkNamed({ deployment: { name, certificate } }: Installation, report: Report): void {
  if (certificate.public !== undefined) return;
  report.add('certificate/import-unnamed', {
    detail: `which PFX the script of "${name}" may import is not said`,
    help: 'name the file of its certificate, without the key, as "public"',
    at: [...certificate.at, 'source'],
    address: `certificate/${name}`,
  });
}

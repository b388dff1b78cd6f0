import { isObject } from '../kernel/json.ts';
import type { Code, Report } from '../kernel/report.ts';
import type { TrustEdge } from '../graph/trust-edge.ts';
import { blockOf, partnerScripts, scriptsWith, type Bundle } from './bundle.ts';
import { checkCertificates } from './check-certificates.ts';
import { checkHeaders } from './check-headers.ts';
import { checkIdentities } from './check-identities.ts';
import { checkLive } from './check-live.ts';
import { checkResources } from './check-resources.ts';
import { placeOf } from './place.ts';
import type { ProofInput } from './input.ts';
import type { Inspection } from './inspection.ts';

/** What to do about each kind of finding. */
const HELP: Readonly<Partial<Record<Code, string>>> = {
  'proof/undeclared-trust': 'declare the partner in the topology, or remove the script',
};
const RENDER_AGAIN = 'render again; nothing that was rendered may be edited by hand';

/** Everything that can be seen without a token: files that must agree with each other. */
export function checkBundle(bundle: Bundle, input: ProofInput, report: Report): void {
  const inspection: Inspection = {
    bundle,
    input,
    say(code, file, detail, edge) {
      const help = HELP[code] ?? RENDER_AGAIN;
      const place = placeOf(file);
      report.add(code, { detail, help, place, ...(edge !== undefined && { address: edge }) });
    },
  };
  for (const { path, line, fault } of bundle.faults) {
    const place = placeOf(path, line);
    report.add('proof/file-unreadable', { detail: fault, help: RENDER_AGAIN, place });
  }
  checkHeaders(inspection);
  checkResources(inspection);
  checkLive(inspection);
  checkIdentities(inspection);
  checkCertificates(inspection);
  input.edges.forEach(edge => checkEdge(inspection, edge));
  checkUndeclared(inspection);
}

/** Every expected edge has one partner script, and it declares what the edge is. */
function checkEdge({ bundle, input, say }: Inspection, edge: TrustEdge): void {
  const scripts = partnerScripts(bundle, edge.acceptor, edge.issuer);
  const [script] = scripts;
  if (!script || scripts.length > 1) {
    const detail =
      `${edge.acceptor} has ${scripts.length} partner scripts for ${edge.issuer}, ` +
      'exactly one is expected';
    say('proof/partner-missing', `${edge.acceptor}/scripts`, detail, edge.address);
    return;
  }
  const partner = blockOf(script, 'Partner');
  const product = input.catalog.products.get(input.products.get(edge.issuer) ?? '');
  const wanted: Readonly<Record<string, string | boolean | undefined>> = {
    Basis: edge.basis,
    Level: edge.level,
    Enabled: edge.enabled,
    AcceptSecurityIdentifiers: edge.acceptSecurityIdentifiers,
    TrustAnyCertificate: edge.trustAnyCertificate,
    ApplicationType: product?.application,
  };
  for (const [name, expected] of Object.entries(wanted)) {
    const found = partner[name];
    // Some products do not have the attribute; some write its words with a capital.
    if (found === undefined || found === null || expected === undefined) continue;
    if (String(found).toLowerCase() === String(expected).toLowerCase()) continue;
    const detail = `Partner.${name} is ${JSON.stringify(found)}, the edge is "${String(expected)}"`;
    say('proof/declaration-differs', script.path, detail, edge.address);
  }
}

/** A partner script that no edge asks for would open a trust nobody declared. */
function checkUndeclared({ bundle, input, say }: Inspection): void {
  const declared = new Set(input.edges.map(edge => `${edge.acceptor}/${edge.issuer}`));
  for (const acceptor of bundle.deployments.keys()) {
    for (const script of scriptsWith(bundle, acceptor, 'Partner')) {
      const issuer = blockOf(script, 'Partner')['Deployment'];
      const name = isObject(issuer) ? '' : String(issuer);
      if (declared.has(`${acceptor}/${name}`)) continue;
      const detail = `${acceptor} would accept tokens of "${name}", which no edge declares`;
      say('proof/undeclared-trust', script.path, detail, `edge/${acceptor}/${name}`);
    }
  }
}

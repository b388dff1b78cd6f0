import { createHash } from 'node:crypto';
import { attributeDocuments, attributeEvidence, speaking } from '../../src/evidence/attribute.ts';
import { readCertificate } from '../../src/evidence/certificate.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { readFetched } from '../../src/evidence/read-fetched.ts';
import { evidenceFiles } from '../../src/evidence/fetched-evidence.ts';
import { lower } from '../../src/graph/lower.ts';
import { digest } from '../../src/kernel/canonical.ts';
import type { NamedCertificates } from '../../src/kernel/certificate.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createReport } from '../../src/kernel/report.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { metadataDocument } from '../../src/render/metadata.ts';
import type { Drift } from '../../src/review/drift.ts';
import { measure } from '../../src/review/measure.ts';
import type { Snapshot, StateEntry } from '../../src/state/snapshot.ts';
import { testCertificate } from './certificates.ts';
import { evidenceOf, type Read } from './evidence.ts';
import { exampleText, lowering } from './lowered.ts';
import { record } from './recorded.ts';

const LYNC_ID = '00000004-0000-0ff1-ce00-000000000000';
const MAIL_ID = '00000002-0000-0ff1-ce00-000000000000';

/** The certificates that sign in the example's estate, and those that follow them. */
export const CERTIFICATES = {
  lync: testCertificate(0),
  exchange: testCertificate(1, { subject: 'CN=mail', names: [] }),
  next: testCertificate(2),
};

export function thumbprint(der: Uint8Array): string {
  return createHash('sha1').update(der).digest('hex').toUpperCase();
}

/** What one command shows in place of what it shows usually; null: it was not read. */
export type Otherwise = Readonly<Record<string, readonly JsonObject[] | null>>;

/** The one object that a command shows, otherwise. */
export function altered(read: Read, command: string, change: JsonObject): Otherwise {
  const [first = {}, ...rest] = read.objects[command] ?? [];
  return { [command]: [{ ...first, ...change }, ...rest] };
}

/** The servers of the example as they are after its runbook. */
export const LYNC: Read = {
  family: 'skype-for-business-server',
  host: 'FE01',
  build: '5.0.8308.1182',
  certificates: { [thumbprint(CERTIFICATES.lync)]: CERTIFICATES.lync },
  objects: {
    'Get-CsSipDomain': [{ Identity: 'litwareinc.com', Name: 'litwareinc.com', IsDefault: true }],
    'Get-CsCertificate': [
      { Thumbprint: thumbprint(CERTIFICATES.lync), EffectiveDate: null, PreviousThumbprint: null },
    ],
    'Get-CsOAuthConfiguration': [
      {
        ServiceName: LYNC_ID,
        Realm: 'litwareinc.com',
        ExchangeAutodiscoverUrl: 'https://autodiscover.litware.com/autodiscover/autodiscover.svc',
        ExchangeAutodiscoverAllowedDomains: '*.litware.com',
      },
    ],
    'Get-CsPartnerApplication': [
      {
        Identity: 'Exchange',
        AuthToken: 'Value=https://autodiscover.litware.com/autodiscover/metadata/json/1',
        ApplicationIdentifier: MAIL_ID,
        Realm: 'litware.com',
        ApplicationTrustLevel: 'Full',
        AcceptSecurityIdentifierInformation: false,
        Enabled: true,
      },
    ],
    'Get-CsUserServicesPolicy': [{ Identity: 'Global', UcsAllowed: true }],
  },
};
export const MAIL: Read = {
  family: 'exchange-server',
  host: 'EX01',
  build: '15.0.1497.48',
  certificates: { [thumbprint(CERTIFICATES.exchange)]: CERTIFICATES.exchange },
  objects: {
    'Get-AcceptedDomain': [{ DomainName: 'litware.com', Default: true }],
    'Get-AuthConfig': [
      {
        ServiceName: MAIL_ID,
        Realm: '',
        CurrentCertificateThumbprint: thumbprint(CERTIFICATES.exchange),
        PreviousCertificateThumbprint: null,
        NextCertificateThumbprint: null,
        NextCertificateEffectiveDate: null,
      },
    ],
    'Get-PartnerApplication': [
      {
        Name: 'LyncEnterprise-1f2e',
        ApplicationIdentifier: LYNC_ID,
        Realm: 'litwareinc.com',
        UseAuthServer: false,
        AuthMetadataUrl: 'https://lyncweb-int.litwareinc.com/metadata/json/1',
        CertificateStrings: [base64(CERTIFICATES.lync)],
        Enabled: true,
        AcceptSecurityIdentifierInformation: false,
        LinkedAccount: 'litware.com/Users/LyncEnterprise-ApplicationAccount',
      },
    ],
    'Get-ManagementRoleAssignment': ['UserApplication', 'ArchiveApplication'].map(Role => ({
      Role,
      RoleAssigneeName: 'LyncEnterprise-ApplicationAccount',
    })),
  },
};

export function base64(der: Uint8Array): string {
  return Buffer.from(der).toString('base64');
}

/** The example's topology, edited. */
export function edited(...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`);
    return text.replace(from, () => to);
  }, exampleText('lync-exchange'));
}

/** How an estate differs from the example's after its runbook. */
export interface Estate {
  readonly text?: string;
  /** What was applied and reported; null: nothing ever was. */
  readonly applied?: string | null;
  readonly entries?: (entries: readonly StateEntry[]) => readonly StateEntry[];
  /** Null: nobody looked there. */
  readonly lync?: Otherwise | null;
  readonly exchange?: Otherwise | null;
  /** Deployment to the certificates of the document that it publishes. */
  readonly published?: Readonly<Record<string, readonly Uint8Array[]>>;
  readonly now?: string;
}

/** Measures drift of the example's estate, edited. */
export function driftOf(estate: Estate = {}): Drift {
  const text = estate.text ?? edited();
  const input = lowering(text, certificates());
  const now = new Date(estate.now ?? '2030-01-01T01:00:00Z');
  // Somebody looked an hour before.
  const at = new Date(now.getTime() - 60 * 60 * 1000).toISOString();
  const report = createReport();
  const reads = [readOf(LYNC, estate.lync), readOf(MAIL, estate.exchange)].flat();
  const evidence = reads.flatMap(one => readEvidence(evidenceOf({ ...one, at }), report) ?? []);
  const whose = { installations: input.installations, now };
  const published = Object.entries(estate.published ?? {}).flatMap(([name, listed]) => {
    const installation = input.installations.get(name)!;
    const fetched = {
      url: installation.metadataUrl,
      address: '192.0.2.1',
      bytes: metadataDocument(installation, listed),
      certificate: { sha256: '0'.repeat(64), notAfter: '2031-01-01T00:00:00Z' },
    } as Parameters<typeof evidenceFiles>[0];
    const files = evidenceFiles(fetched, { host: 'jump', at: now });
    return readFetched({ place: `document-${name}`, files }, report) ?? [];
  });
  const found = measure({
    subject: { ...input, catalog: readCatalog(), now },
    graph: lower(input),
    snapshot: snapshotOf(estate, text),
    evidence: speaking(attributeEvidence(evidence, whose, report)),
    documents: attributeDocuments(published, whose, report),
    locate: () => undefined,
  });
  if (report.diagnostics.length > 0) throw new Error(JSON.stringify(report.diagnostics));
  return found;
}

function certificates(): NamedCertificates {
  return (['lync', 'exchange'] as const).flatMap(deployment => {
    const info = readCertificate(CERTIFICATES[deployment]);
    if ('fault' in info) throw new Error(info.fault);
    return [{ deployment, at: [], file: `${deployment}.cer`, use: 'next' as const, info }];
  });
}

function readOf(read: Read, otherwise: Otherwise | null | undefined): Read[] {
  if (otherwise === null) return [];
  const given = Object.entries({ ...read.objects, ...otherwise });
  const objects = given.filter((one): one is [string, readonly JsonObject[]] => one[1] !== null);
  const unread = given.filter(([, value]) => value === null).map(([command]) => command);
  return [
    {
      ...read,
      objects: Object.fromEntries(objects),
      unread: Object.fromEntries(unread.map(command => [command, 'Access is denied.'])),
    },
  ];
}

function snapshotOf({ applied, entries }: Estate, text: string): Snapshot | undefined {
  if (applied === null) return undefined;
  const recorded = record(applied ?? text, 'deployed', certificates());
  return { ...recorded, resources: entries?.(recorded.resources) ?? recorded.resources };
}

/** The entries of a state, one of them otherwise. */
export function entry(
  address: string,
  change: Partial<StateEntry>,
): NonNullable<Estate['entries']> {
  return entries =>
    entries.map(one => {
      if (one.address !== address) return one;
      const attributes = { ...one.attributes, ...change.attributes };
      return { ...one, ...change, attributes, digest: digest(attributes) };
    });
}

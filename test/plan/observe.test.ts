import { describe, expect, it } from 'vitest';
import { attributeEvidence, speaking } from '../../src/evidence/attribute.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { lower } from '../../src/graph/lower.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createReport, type Diagnostic } from '../../src/kernel/report.ts';
import { diff } from '../../src/plan/diff.ts';
import { observe } from '../../src/plan/observe.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import { recall } from '../../src/plan/recall.ts';
import { readTrust, stateEdges } from '../../src/plan/trust.ts';
import { readCatalog } from '../../src/products/registry.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';
import { exampleText, lowering, productsOf } from '../support/lowered.ts';

const TEXT = exampleText('lync-exchange');

/** A partner of the mail server as its shell shows it. */
const LYNC: JsonObject = {
  Name: 'LyncEnterprise-1f2e',
  ApplicationIdentifier: '00000004-0000-0FF1-CE00-000000000000',
  Realm: '',
  UseAuthServer: false,
  AuthMetadataUrl: 'https://lyncweb-int.litwareinc.com/metadata/json/1',
  Enabled: true,
  AcceptSecurityIdentifierInformation: false,
  LinkedAccount: 'litware.com/Users/LyncEnterprise-ApplicationAccount',
};
const ROLES = ['UserApplication', 'ArchiveApplication'].map(Role => ({
  Role,
  RoleAssigneeName: 'LyncEnterprise-ApplicationAccount',
}));
const MAIL: Read = {
  family: 'exchange-server',
  host: 'EX01',
  build: '15.0.1497.48',
  objects: {
    'Get-AuthConfig': [
      {
        ServiceName: '00000002-0000-0ff1-ce00-000000000000',
        Realm: '',
        CurrentCertificateThumbprint: 'A'.repeat(40),
      },
    ],
    'Get-PartnerApplication': [LYNC],
    'Get-ManagementRoleAssignment': ROLES,
  },
};

interface Measured {
  readonly changes: readonly Change[];
  readonly trust: Plan['trust'];
  readonly found: readonly Diagnostic[];
  change(address: string): Change | undefined;
}

/** Measures the example against what was read, beside a recorded state or none. */
function measured(read: Read, recorded?: Snapshot): Measured {
  const input = lowering(TEXT);
  const graph = lower(input);
  const report = createReport();
  const evidence = [evidenceOf(read)].flatMap(one => readEvidence(one, report) ?? []);
  const now = new Date('2030-01-01T01:00:00Z');
  const given = attributeEvidence(evidence, { installations: input.installations, now }, report);
  const products = new Map([...input.installations].map(([name, one]) => [name, one.product]));
  const recalled = recall(recorded, input.topology);
  const { sightings, ...seen } = observe(
    recalled.snapshot,
    { graph, evidence: speaking(given), products },
    report,
  );
  const snapshot = { ...EMPTY, ...recalled.snapshot, ...seen };
  const comparison = { graph, ...recalled, snapshot, sightings };
  const changes = diff({ ...comparison, catalog: readCatalog(), products: productsOf(input) });
  return {
    changes,
    trust: readTrust(graph, snapshot, changes),
    found: report.diagnostics,
    change: address => changes.find(one => one.address === address),
  };
}

const EMPTY: Snapshot = {
  format_version: '1.1',
  lineage: 'l',
  serial: 1,
  topology: 'litware',
  resources: [],
  edges: [],
  artifacts: {},
  applied: [],
  by_hand: [],
};

/** The same server with its partner otherwise. */
function otherwise(change: JsonObject): Read {
  const partner = { ...LYNC, ...change };
  return { ...MAIL, objects: { ...MAIL.objects, 'Get-PartnerApplication': [partner] } };
}

describe('a plan that is measured against what was read', () => {
  it('keeps what is there as declared, whatever its name and its case', () => {
    const change = measured(MAIL).change('partner/exchange/lync');
    expect(change?.actions).toEqual(['keep']);
    expect(change?.because).toEqual([
      { code: 'seen', text: 'it was seen on EX01 at 2030-01-01T00:00:00.000Z' },
    ]);
  });

  it.each([
    ['enabled', { Enabled: false }, 'enabled: false -> true', 'widens'],
    [
      'its document',
      { AuthMetadataUrl: 'https://old/metadata/json/1', Realm: 'litwareinc.com' },
      'metadataUrl',
      'widens',
    ],
    [
      'what it accepts',
      { AcceptSecurityIdentifierInformation: true },
      'acceptSecurityIdentifiers: true -> false',
      'narrows',
    ],
    ['its account', { LinkedAccount: 'litware.com/Users/Someone' }, 'linkedAccount', 'same'],
  ])('updates property by property: %s', (_, property, text, reading) => {
    // With its keys on record, so that nothing else is read into the edge.
    const recorded = { ...EMPTY, edges: stateEdges(lower(lowering(TEXT))) };
    const { change, trust } = measured(otherwise(property), recorded);
    const found = change('partner/exchange/lync');
    expect(found?.actions).toEqual(['update']);
    expect(found?.because[0]?.text).toContain(text);
    const edge = trust.edges.find(one => one.address === 'edge/exchange/lync');
    expect(edge?.reading).toBe(reading);
  });

  it('creates what is not there, and says who looked', () => {
    const read = { ...MAIL, objects: { ...MAIL.objects, 'Get-PartnerApplication': [] } };
    const { change, trust } = measured(read);
    expect(change('partner/exchange/lync')?.actions).toEqual(['create']);
    expect(change('partner/exchange/lync')?.because[0]?.code).toBe('not-there');
    expect(trust.edges.map(one => one.reading)).toEqual(['widens', 'widens']);
  });

  it('leaves alone the one that relies on an authorization server', () => {
    const change = measured(otherwise({ UseAuthServer: true })).change('partner/exchange/lync');
    expect(change?.actions).toEqual(['create']);
  });

  it('takes what could not be read as recorded, never as absent', () => {
    const { 'Get-PartnerApplication': _, ...objects } = MAIL.objects;
    const unread = { 'Get-PartnerApplication': 'Access is denied.' };
    const { change, found } = measured({ ...MAIL, objects, unread });
    expect(change('partner/exchange/lync')?.actions).toEqual(['ensure']);
    expect(found.map(({ code }) => code)).toEqual(['evidence/not-read']);
    expect(found[0]?.detail).toContain('Access is denied.');
  });

  it('says which part of an object could not be read', () => {
    const { 'Get-ManagementRoleAssignment': _, ...objects } = MAIL.objects;
    const { change, found } = measured({ ...MAIL, objects });
    expect(change('partner/exchange/lync')?.actions).toEqual(['keep']);
    expect(found.map(({ code, detail }) => [code, detail.split(' ')[0]])).toEqual([
      ['evidence/not-read', 'roles'],
    ]);
  });

  it('misses a role that the account does not hold', () => {
    const objects = { ...MAIL.objects, 'Get-ManagementRoleAssignment': ROLES.slice(0, 1) };
    const change = measured({ ...MAIL, objects }).change('partner/exchange/lync');
    expect(change?.because[0]?.text).toBe(
      'roles: ["UserApplication"] -> ["UserApplication","ArchiveApplication"]',
    );
  });

  it('chooses none of several (evidence/several)', () => {
    const twice = [LYNC, { ...LYNC, Name: 'Copy', Realm: 'litwareinc.com' }];
    const read = { ...MAIL, objects: { ...MAIL.objects, 'Get-PartnerApplication': twice } };
    const { found } = measured(read);
    expect(found.map(({ code }) => code)).toEqual(['evidence/several']);
    expect(found[0]?.detail).toContain('"LyncEnterprise-1f2e", "Copy"');
  });

  it('sees that another object has the name of what is to be made (evidence/name-taken)', () => {
    // Its key comes from a certificate, so that it is another one to the script as well.
    const rival = {
      Identity: 'Exchange',
      ApplicationIdentifier: '00000002-0000-0ff1-ce00-000000000000',
      Realm: 'litware.com',
      AuthToken: 'Value=' + 'A'.repeat(120),
    };
    const read = (name: string): Read => ({
      family: 'skype-for-business-server',
      host: 'FE01',
      build: '5.0.8308.1182',
      objects: { 'Get-CsPartnerApplication': [{ ...rival, Identity: name }] },
    });
    const codes = (name: string): string[] =>
      measured(read(name)).found.flatMap(({ code }) => (/taken/.test(code) ? [code] : []));
    expect(codes('exchange')).toEqual(['evidence/name-taken']);
    expect(codes('another')).toEqual([]);
  });

  it('takes a property that the server does not show as declared, and says so', () => {
    const { Enabled: _, ...partner } = LYNC;
    const objects = { ...MAIL.objects, 'Get-PartnerApplication': [partner] };
    const { change, found } = measured({ ...MAIL, objects });
    expect(change('partner/exchange/lync')?.actions).toEqual(['keep']);
    expect(found.map(({ detail }) => detail)).toEqual([
      'enabled of partner/exchange/lync was not seen on EX01: ' +
        'Get-PartnerApplication does not show it there',
    ]);
  });

  it.each(['ApplicationIdentifier', 'Realm', 'UseAuthServer'])(
    'finds nothing absent where the server does not show %s, by which it is known',
    property => {
      const partner = Object.fromEntries(Object.entries(LYNC).filter(([key]) => key !== property));
      const objects = { ...MAIL.objects, 'Get-PartnerApplication': [partner] };
      const { change, found } = measured({ ...MAIL, objects });
      expect(change('partner/exchange/lync')?.actions).toEqual(['ensure']);
      expect(found.map(({ code }) => code)).toEqual(['evidence/not-read']);
    },
  );

  it('reads trust in another realm than the declared one as trust that widens', () => {
    const { change, trust } = measured(otherwise({ Realm: 'fabrikam.com' }));
    expect(change('partner/exchange/lync')?.because[0]?.text).toContain('"fabrikam.com"');
    const edge = trust.edges.find(one => one.address === 'edge/exchange/lync');
    expect([edge?.reading, edge?.before?.['issuer']]).toEqual([
      'widens',
      '00000004-0000-0FF1-CE00-000000000000@fabrikam.com'.toLowerCase(),
    ]);
  });

  it('reads a key that nobody has recorded or seen as new, though the partner is there', () => {
    const { trust } = measured(MAIL);
    const edge = trust.edges.find(one => one.address === 'edge/exchange/lync');
    expect([edge?.reading, edge?.before?.['keys']]).toEqual(['widens', []]);
  });
});

import { describe, expect, it } from 'vitest';
import { thumbprintOf } from '../../src/proof/certificate.ts';
import { prove } from '../../src/proof/prove.ts';
import { testKeyPair } from '../support/keys.ts';
import {
  certificateOf,
  exampleCertificate,
  exampleInput,
  exampleModel,
  keyOf,
  partnerBlock,
  scriptTable,
  type Model,
  type Table,
} from './bundle.ts';

const table = (model: Model, path: string, block: string): Table =>
  scriptTable(model, path)[block] as Table;
const document = (model: Model, side: string): Table => model.documents.get(side) ?? {};
const LYNC_PARTNER = 'lync/scripts/40-partner-exchange.ps1';

/** Emitters that are wrong in one deliberate way, with the rule that must refuse a token. */
const WRONG: readonly (readonly [string, string, (model: Model) => void])[] = [
  [
    'swaps the realms',
    'V7',
    model => {
      partnerBlock(model, 'lync', 'exchange')['Realm'] = 'litwareinc.com';
      partnerBlock(model, 'exchange', 'lync')['Realm'] = 'litware.com';
    },
  ],
  [
    "writes the other side's address",
    'V7',
    model => {
      partnerBlock(model, 'lync', 'exchange')['MetadataUrl'] =
        'https://lyncweb-int.litwareinc.com/metadata/json/1';
    },
  ],
  [
    'writes a server name into the address',
    'V7',
    model => {
      partnerBlock(model, 'lync', 'exchange')['MetadataUrl'] =
        'https://ex01.litware.com/autodiscover/metadata/json/1';
    },
  ],
  [
    'expects the thumbprint of its own certificate',
    'V7',
    model => {
      const own = thumbprintOf(exampleCertificate('lync'));
      partnerBlock(model, 'lync', 'exchange')['Thumbprints'] = [own];
    },
  ],
  [
    'assigns the certificate of the other side',
    'V13',
    model => {
      const other = thumbprintOf(exampleCertificate('exchange'));
      table(model, 'lync/scripts/10-certificate.ps1', 'Certificate')['Thumbprint'] = other;
    },
  ],
  ['forgets a partner', 'V7', model => model.scripts.delete(LYNC_PARTNER)],
  [
    'mistakes the principal',
    'V7',
    model => {
      partnerBlock(model, 'lync', 'exchange')['Principal'] = '00000003-0000-0ff1-ce00-000000000000';
    },
  ],
  [
    'writes the principal one digit off in the settings',
    'V7',
    model => {
      table(model, 'lync/scripts/20-oauth-settings.ps1', 'Settings')['ServiceName'] =
        '00000004-0000-0ff1-ce00-000000000001';
    },
  ],
  [
    'leaves the partner disabled',
    'V10',
    model => {
      partnerBlock(model, 'lync', 'exchange')['Enabled'] = false;
    },
  ],
  [
    'writes another level',
    'V11',
    model => {
      partnerBlock(model, 'lync', 'exchange')['Level'] = 'User';
    },
  ],
  [
    'writes a level that does not exist',
    'V11',
    model => {
      partnerBlock(model, 'exchange', 'lync')['Level'] = 'everything';
    },
  ],
  [
    'publishes a stale certificate first and signs with the new one',
    'V5',
    model => {
      const stale = certificateOf(testKeyPair(4), 9);
      document(model, 'exchange')['keys'] = [keyOf(stale)];
      partnerBlock(model, 'lync', 'exchange')['Thumbprints'] = [];
    },
  ],
  [
    'names another issuer in the document',
    'V7',
    model => {
      const one = document(model, 'exchange');
      one['realm'] = 'litwareinc.com';
      one['issuer'] = '00000002-0000-0ff1-ce00-000000000000@litwareinc.com';
      one['allowedAudiences'] = [one['issuer']];
    },
  ],
  [
    'publishes the document elsewhere',
    'V7',
    model => {
      const [endpoint = {}] = document(model, 'exchange')['endpoints'] as Table[];
      endpoint['location'] = 'https://autodiscover.litware.com/metadata/json/1';
    },
  ],
  [
    'forgets the called name among the hosts',
    'V9',
    model => {
      for (const [path, script] of model.scripts) {
        const self = script['Self'] as Table;
        if (path.startsWith('exchange/')) self['Hosts'] = ['mail.litware.com'];
      }
    },
  ],
  [
    'sends the discovery to a host that is not the partner',
    'V9',
    model => {
      table(model, 'lync/scripts/20-oauth-settings.ps1', 'Settings')['AutodiscoverUrl'] =
        'https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc';
    },
  ],
  [
    'makes a certificate that has ended',
    'V6',
    model => replaceCertificate(model, certificateOf(testKeyPair(1), 3, '2026-02-01T00:00:00Z')),
  ],
];

describe('a wrong emitter is caught by a refused token', () => {
  it.each(WRONG)('that %s (%s)', async (_, rule, breakIt) => {
    const model = exampleModel();
    breakIt(model);
    const report = await prove(exampleInput(model));
    expect(report.verdict).toBe('failed');
    const rules = report.edges.flatMap(edge => edge.positive.flatMap(one => one.refused_by ?? []));
    expect(rules).toContain(rule);
    const refused = report.failures.filter(one => one.code === 'proof/token-refused');
    expect(refused.every(one => one.address?.startsWith('edge/'))).toBe(true);
    expect(refused.every(one => one.place?.file ?? one.detail.includes('.ps1'))).toBeTruthy();
  });
});

describe('a wrong emitter is caught by a check', () => {
  it('that writes a partner nobody declared: proof/undeclared-trust', async () => {
    const model = exampleModel();
    const path = 'lync/scripts/40-partner-portal.ps1';
    const copy = structuredClone(scriptTable(model, LYNC_PARTNER));
    copy['Script'] = path;
    (copy['Partner'] as Table)['Deployment'] = 'portal';
    (copy['Partner'] as Table)['Principal'] = '00000003-0000-0ff1-ce00-000000000000';
    copy['Resources'] = [{ Address: 'partner/lync/portal', Digest: '' }];
    model.scripts.set(path, copy);
    const report = await prove(exampleInput(model));
    expect(report.failures.map(one => [one.code, one.place?.file])).toContainEqual([
      'proof/undeclared-trust',
      path,
    ]);
  });

  it('that publishes the keys in another order', async () => {
    const model = exampleModel();
    const document1 = document(model, 'lync');
    const stale = certificateOf(testKeyPair(4), 9);
    document1['keys'] = [keyOf(stale), keyOf(exampleCertificate('lync'))];
    const report = await prove(exampleInput(model));
    expect(report.failures.map(one => [one.code, one.place?.file])).toContainEqual([
      'proof/certificate-differs',
      'lync/metadata/document.json',
    ]);
  });
});

function replaceCertificate(model: Model, der: Uint8Array): void {
  const thumbprint = thumbprintOf(der);
  model.certificates.set('exchange/certificates/issuer.cer', der);
  document(model, 'exchange')['keys'] = [keyOf(der)];
  table(model, 'exchange/scripts/10-certificate.ps1', 'Certificate')['Thumbprint'] = thumbprint;
  partnerBlock(model, 'lync', 'exchange')['Thumbprints'] = [thumbprint];
}

import { describe, expect, it } from 'vitest';
import type { TrustEdge } from '../../src/graph/trust-edge.ts';
import { thumbprintOf } from '../../src/proof/certificate.ts';
import { FORGERIES } from '../../src/proof/forgeries.ts';
import { prove, type ProofInput } from '../../src/proof/prove.ts';
import type { EdgeProof } from '../../src/proof/report.ts';
import { testKeyPair } from '../support/keys.ts';
import {
  certificateOf,
  exampleCertificate,
  exampleInput,
  exampleModel,
  filesOf,
  keyOf,
  partnerBlock,
  scriptTable,
  type Model,
  type Table,
} from './bundle.ts';

async function edgeOf(input: ProofInput, address = 'edge/exchange/lync'): Promise<EdgeProof> {
  const report = await prove(input);
  const edge = report.edges.find(one => one.address === address);
  if (!edge) throw new Error(`no ${address}`);
  return edge;
}

/** The example with one attribute of both the edge and the acceptor's script set. */
function withLevel(level: TrustEdge['level'], more: Partial<TrustEdge> = {}): ProofInput {
  const model = exampleModel();
  const partner = partnerBlock(model, 'lync', 'exchange');
  partner['Level'] = level;
  if (more.enabled !== undefined) partner['Enabled'] = more.enabled;
  if (more.acceptSecurityIdentifiers) partner['AcceptSecurityIdentifiers'] = true;
  const input = exampleInput(model);
  const edges = input.edges.map(edge =>
    edge.acceptor === 'lync' ? { ...edge, level, ...more } : edge,
  );
  return { ...input, edges };
}

/** Cases at the host that is called; every other host is tried besides. */
const cases = (edge: EdgeProof): string[] =>
  edge.positive.map(one => one.case).filter(name => !name.includes(' at '));

describe('the example, with the keys of both sides', () => {
  it('is proved edge by edge, and every forgery is refused by its rule', async () => {
    const report = await prove(exampleInput());
    expect(report.failures).toEqual([]);
    expect(report.verdict).toBe('passed');
    for (const edge of report.edges) {
      expect(edge.mark).toBe('proved');
      expect(edge.positive.every(one => one.accepted)).toBe(true);
      expect(edge.negative.map(one => one.refused_by)).toEqual(
        edge.negative.map(one => one.expected),
      );
    }
  });

  it('are accepted under every name of the acceptor', async () => {
    const { edges } = await prove(exampleInput());
    expect(edges.map(edge => edge.positive.map(one => one.case))).toEqual([
      ['application', 'user', 'application at mail.litware.com'],
      [
        'application',
        'user',
        'application at lyncweb.litwareinc.com',
        'application at pool01.litwareinc.com',
      ],
    ]);
  });

  it('tries every forgery of the contract', async () => {
    const tried = (await edgeOf(exampleInput())).negative.map(one => one.case);
    expect(tried).toEqual(
      expect.arrayContaining([
        'other realm',
        "other partner's key",
        'undeclared partner',
        'wrong host',
        'expired',
        'not yet valid',
        'algorithm none',
        'HS256 keyed with the public key',
        'unsigned actor token',
        "signed with the receiver's own certificate",
        'unregistered issuer',
        'thumbprint of another key',
        'altered nameid',
        'outer token without actor token',
        'duplicate members',
        'padded base64url',
        'base64url with a line end',
        'base64url with stray bits',
      ]),
    );
    expect(new Set(FORGERIES.map(one => one.case)).size).toBe(FORGERIES.length);
  });

  it('has the same report whatever order the files come in', async () => {
    const input = exampleInput();
    const files = new Map([...input.files].reverse());
    expect(await prove({ ...exampleInput(), files })).toEqual(await prove(input));
  });
});

describe('levels', () => {
  it('application: the application is accepted, a user is refused', async () => {
    const edge = await edgeOf(withLevel('application'), 'edge/lync/exchange');
    expect(edge.verdict).toBe('passed');
    expect(cases(edge)).toEqual(['application']);
    expect(edge.negative.map(one => one.case)).toContain('user at a level for applications');
  });

  it('user: a user is accepted, the application alone is refused', async () => {
    const edge = await edgeOf(withLevel('user'), 'edge/lync/exchange');
    expect(edge.verdict).toBe('passed');
    expect(cases(edge)).toEqual(['user']);
    expect(edge.negative.map(one => one.case)).toContain('application at a level for users');
  });

  it('a disabled partner gets nothing', async () => {
    const edge = await edgeOf(withLevel('full', { enabled: false }), 'edge/lync/exchange');
    expect(edge.verdict).toBe('passed');
    expect(edge.mark).toBe('proved');
    expect(cases(edge)).toEqual([]);
    const refused = edge.negative.filter(one => one.case.endsWith('disabled partner'));
    expect(refused.map(one => one.refused_by)).toEqual(['V10', 'V10']);
  });

  it('security identifiers are accepted where the edge says so', async () => {
    const input = withLevel('full', { acceptSecurityIdentifiers: true });
    const edge = await edgeOf(input, 'edge/lync/exchange');
    expect(edge.verdict).toBe('passed');
    expect(cases(edge)).toEqual(['application', 'user', 'user by security identifier']);
  });

  it('a script that lets in more than the edge declares accepts a forgery: proof/token-accepted', async () => {
    const model = exampleModel();
    partnerBlock(model, 'lync', 'exchange')['AcceptSecurityIdentifiers'] = true;
    const report = await prove(exampleInput(model));
    expect(report.verdict).toBe('failed');
    const found = report.failures.find(one => one.code === 'proof/token-accepted');
    expect(found?.address).toBe('edge/lync/exchange');
    expect(found?.place?.file).toBe('lync/scripts/40-partner-exchange.ps1');
    expect(found?.detail).toContain('is accepted, V12 must refuse it');
  });
});

describe('keys that are elsewhere', () => {
  it('leave a proof by structure, with the real public half compared', async () => {
    const report = await prove(exampleInput(exampleModel(), ['exchange']));
    expect(report.verdict).toBe('passed');
    expect(report.edges.map(edge => [edge.address, edge.mark])).toEqual([
      ['edge/exchange/lync', 'structure'],
      ['edge/lync/exchange', 'proved'],
    ]);
    const model = exampleModel();
    model.certificates.set('lync/certificates/issuer.cer', exampleCertificate('exchange'));
    const wrong = await prove(exampleInput(model, ['exchange']));
    expect(wrong.failures.map(one => one.code)).toContain('proof/certificate-differs');
  });

  it('of which no public half is known are assumed', async () => {
    const model = exampleModel();
    forget(model);
    const report = await prove(exampleInput(model, ['exchange']));
    expect(report.failures).toEqual([]);
    expect(report.edges.map(edge => edge.mark)).toEqual(['assumed', 'proved']);
  });

  it('are never assumed where a thumbprint is declared', async () => {
    const model = exampleModel();
    const thumbprint = thumbprintOf(exampleCertificate('lync'));
    forget(model);
    certificateBlock(model, 'lync')['Thumbprint'] = thumbprint;
    const report = await prove(exampleInput(model, ['exchange']));
    expect(report.verdict).toBe('failed');
    expect(report.edges[0]?.positive[0]?.refused_by).toBe('V7');
  });

  it('and a key of another certificate is named: proof/key-mismatch', async () => {
    const model = exampleModel();
    const der = certificateOf(testKeyPair(5));
    setCertificates(model, [der]);
    const report = await prove(exampleInput(model));
    expect(report.failures.map(one => one.code)).toContain('proof/key-mismatch');
    expect(report.edges[0]?.positive[0]?.refused_by).toBe('V7');
    expect((await prove(exampleInput())).failures).toEqual([]);
  });
});

describe('a certificate roll', () => {
  const previous = certificateOf(testKeyPair(5), 2);

  function rolling(): Model {
    const model = exampleModel();
    const next = exampleCertificate('lync');
    setCertificates(model, [previous, next]);
    model.certificates.set('lync/certificates/issuer.cer', next);
    model.certificates.set('lync/certificates/previous.cer', previous);
    const block = certificateBlock(model, 'lync');
    block['Thumbprint'] = thumbprintOf(next);
    block['Previous'] = thumbprintOf(previous);
    block['Effective'] = '2026-03-08T02:00:00Z';
    return model;
  }

  it('is proved today with the old and from the effective date on with the new certificate', async () => {
    const report = await prove(exampleInput(rolling()));
    expect(report.failures).toEqual([]);
    expect(report.edges[0]?.mark).toBe('structure');
    expect(report.edges[0]?.positive.map(one => [one.when, one.case, one.mark])).toEqual([
      ['now', 'application', 'structure'],
      ['now', 'user', 'structure'],
      ['now', 'application at mail.litware.com', 'structure'],
      ['after', 'application', 'proved'],
      ['after', 'user', 'proved'],
    ]);
  });

  it('fails after the effective date where the partner knows only the old certificate', async () => {
    const model = rolling();
    partnerBlock(model, 'exchange', 'lync')['Thumbprints'] = [thumbprintOf(previous)];
    const report = await prove(exampleInput(model));
    expect(report.edges[0]?.positive.map(one => [one.when, one.refused_by])).toEqual([
      ['now', null],
      ['now', null],
      ['now', null],
      ['after', 'V5'],
      ['after', 'V5'],
    ]);
    const [refused] = report.failures.filter(one => one.code === 'proof/token-refused');
    expect(refused?.detail).toContain('from 2026-03-08T02:00:00.000Z on');
  });
});

describe('other ways to learn a key', () => {
  it('a pinned certificate serves as well as a document', async () => {
    const model = exampleModel();
    const partner = partnerBlock(model, 'lync', 'exchange');
    partner['Basis'] = 'certificate';
    partner['MetadataUrl'] = null;
    partner['Certificate'] = thumbprintOf(exampleCertificate('exchange'));
    const input = exampleInput(model);
    const edges = input.edges.map(edge =>
      edge.acceptor === 'lync' ? { ...edge, basis: 'certificate' as const } : edge,
    );
    expect((await prove({ ...input, edges })).failures).toEqual([]);
    partner['Certificate'] = '0'.repeat(40);
    const wrong = await prove({ ...input, edges, files: filesOf(model) });
    const refused = wrong.failures.find(one => one.code === 'proof/token-refused');
    expect(refused?.detail).toContain('no certificate has the thumbprint');
  });

  it('a one-way trust is called where the acceptor publishes itself', async () => {
    const model = exampleModel();
    model.scripts.delete('exchange/scripts/40-partner-lync.ps1');
    const input = exampleInput(model);
    const edges = input.edges.filter(edge => edge.acceptor === 'lync');
    const report = await prove({ ...input, edges });
    expect(report.failures).toEqual([]);
    expect(report.edges.map(edge => edge.verdict)).toEqual(['passed']);
  });
});

function certificateBlock(model: Model, side: string): Table {
  return scriptTable(model, `${side}/scripts/10-certificate.ps1`)['Certificate'] as Table;
}

function setCertificates(model: Model, certificates: readonly Uint8Array[]): void {
  const thumbprints = certificates.map(thumbprintOf);
  const last = certificates.at(-1) ?? new Uint8Array();
  model.certificates.set('lync/certificates/issuer.cer', last);
  certificateBlock(model, 'lync')['Thumbprint'] = thumbprintOf(last);
  partnerBlock(model, 'exchange', 'lync')['Thumbprints'] = thumbprints;
  const document = model.documents.get('lync') ?? {};
  document['keys'] = certificates.map(keyOf);
}

function forget(model: Model): void {
  model.certificates.delete('lync/certificates/issuer.cer');
  const document = model.documents.get('lync') ?? {};
  document['keys'] = [];
  partnerBlock(model, 'exchange', 'lync')['Thumbprints'] = [];
  const block = certificateBlock(model, 'lync');
  for (const name of ['Thumbprint', 'NotBefore', 'NotAfter']) block[name] = null;
}

import { beforeAll, describe, expect, it } from 'vitest';
import { alterBytes, alterLiteral } from '../../src/proof/alter.ts';
import { readBundle } from '../../src/proof/bundle.ts';
import { mutate, type MutationReport } from '../../src/proof/mutate.ts';
import { prove, type ProofInput } from '../../src/proof/prove.ts';
import type { ProofReport } from '../../src/proof/report.ts';
import { testKeyPair } from '../support/keys.ts';
import { exampleInput } from './bundle.ts';

let report: MutationReport;
beforeAll(async () => {
  report = await mutate(exampleInput());
});

/** Proves an altered tree quickly: digests off, no forgeries. */
async function proveAltered(files: ReadonlyMap<string, Uint8Array>): Promise<ProofReport> {
  let made = 1;
  const input: ProofInput = exampleInput();
  const newKeyPair = () => Promise.resolve(testKeyPair((made += 1)));
  return prove({ ...input, files, newKeyPair, forgeries: false });
}

describe('altering everything, one at a time', () => {
  it('covers every literal, certificate and partner script', () => {
    const { scripts, certificates } = readBundle(exampleInput().files);
    const literals = scripts.flatMap(script => script.declared.literals).length;
    expect(certificates.size).toBe(2);
    expect(report.alterations).toHaveLength(literals + 2 + 2 + 2);
  });

  it('leaves nothing unnoticed', () => {
    expect(report.unnoticed).toEqual([]);
  });

  it('refuses a token for everything that a trust edge depends on', () => {
    const byToken = new Set(
      report.alterations.filter(one => one.caught === 'token').map(one => one.what),
    );
    expect([...byToken]).toEqual(
      expect.arrayContaining([
        ...['Self.Principal', 'Self.Realm', 'Self.Hosts.0'],
        ...['Settings.ServiceName', 'Settings.Realm', 'Settings.AutodiscoverUrl'],
        ...['Partner.Principal', 'Partner.Realm', 'Partner.Basis', 'Partner.MetadataUrl'],
        ...['Partner.Enabled', 'Partner.Level', 'Partner.Thumbprints.0'],
        ...['Certificate.Thumbprint', 'a byte of a certificate', 'the whole script'],
      ]),
    );
  });

  it('names what guards the literals that no edge depends on', () => {
    const guarded = report.alterations.filter(one => one.caught === 'guard');
    for (const one of guarded) expect(one.by.join()).toContain('the manifest');
  });
});

describe('a certificate in a document', () => {
  it('is missed by a token wherever it is altered', async () => {
    const path = 'lync/metadata/document.json';
    const { files } = exampleInput();
    const bytes = files.get(path) ?? new Uint8Array();
    for (let part = 0; part < 1; part += 0.02) {
      for (const altered of alterBytes(bytes, part)) {
        const { verdict, edges } = await proveAltered(new Map(files).set(path, altered));
        expect(verdict).toBe('failed');
        expect(edges[0]?.positive.some(one => one.accepted)).toBe(false);
      }
    }
  });
});

describe('a literal on which an edge depends', () => {
  const DEPENDED =
    /^(?:Partner\.(?:Principal|Realm|Basis|MetadataUrl|Level|Thumbprints\.0)|Certificate\.Thumbprint|Settings\.(?:ServiceName|Realm))$/;

  it('is noticed at every one of its characters', async () => {
    const { files } = exampleInput();
    for (const script of readBundle(files).scripts) {
      const bytes = files.get(script.path) ?? new Uint8Array();
      for (const literal of script.declared.literals) {
        if (!DEPENDED.test(literal.path) || literal.kind !== 'string') continue;
        for (let at = 1; at < literal.end - literal.start - 1; at += 3) {
          const altered = alterLiteral(bytes, literal, at);
          const { failures } = await proveAltered(new Map(files).set(script.path, altered));
          const refused = failures.filter(one => one.code === 'proof/token-refused');
          expect(refused.length, `${script.path} ${literal.path} at ${at}`).toBeGreaterThan(0);
          const texts = refused.map(one => `${one.place?.file ?? ''} ${one.detail}`);
          expect(texts.some(text => text.includes(script.path))).toBe(true);
        }
      }
    }
  });
});

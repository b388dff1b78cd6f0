import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/kernel/canonical.ts';
import { prove, type ProofInput } from '../../src/proof/prove.ts';
import {
  exampleInput,
  exampleModel,
  filesOf,
  partnerBlock,
  scriptTable,
  type Model,
  type Table,
} from './bundle.ts';

/** Code and file of everything that the proof of a model reports, tokens left aside. */
async function findings(input: ProofInput): Promise<string[]> {
  const { failures } = await prove({ ...input, forgeries: false });
  const found = failures.filter(one => one.code !== 'proof/token-refused');
  return found.map(one => `${one.code} ${one.place?.file ?? ''}`);
}

function of(change: (model: Model) => void): Promise<string[]> {
  const model = exampleModel();
  change(model);
  return findings(exampleInput(model));
}

const LYNC_PARTNER = 'lync/scripts/40-partner-exchange.ps1';
const CERTIFICATE = 'lync/scripts/10-certificate.ps1';
const SETTINGS = 'lync/scripts/20-oauth-settings.ps1';
const self = (model: Model, path: string): Table => scriptTable(model, path)['Self'] as Table;

describe('files that agree', () => {
  it('are found in order', async () => {
    expect(await findings(exampleInput())).toEqual([]);
  });
});

describe('proof/file-unreadable', () => {
  it('names scripts, documents and certificates that are none, with the line', async () => {
    const input = exampleInput();
    const files = new Map(input.files);
    const script = Buffer.from(files.get(SETTINGS) ?? []).toString('latin1');
    files.set(
      SETTINGS,
      Buffer.from(script.replace("Deployment = 'lync'", 'Deployment = $env:X'), 'latin1'),
    );
    files.set('lync/metadata/document.json', Buffer.from('{}'));
    files.set('lync/certificates/issuer.cer', Buffer.from('x'));
    const { failures } = await prove({ ...input, files });
    const unreadable = failures.filter(one => one.code === 'proof/file-unreadable');
    expect(new Set(unreadable.map(one => one.place?.file))).toEqual(
      new Set([SETTINGS, 'lync/metadata/document.json', 'lync/certificates/issuer.cer']),
    );
    expect(unreadable.find(one => one.place?.file === SETTINGS)?.place?.line).toBe(7);
  });
});

describe('proof/partner-missing', () => {
  it('names an edge without script and an edge with two', async () => {
    const missing = await of(model => model.scripts.delete(LYNC_PARTNER));
    expect(missing).toContain('proof/partner-missing lync/scripts');
    const twice = await of(model => {
      const path = 'lync/scripts/41-partner-exchange.ps1';
      model.scripts.set(path, { ...scriptTable(model, LYNC_PARTNER), Script: path });
    });
    expect(twice).toContain('proof/partner-missing lync/scripts');
  });
});

describe('proof/undeclared-trust', () => {
  it('names a partner script that no edge asks for', async () => {
    const input = exampleInput();
    const edges = input.edges.filter(edge => edge.acceptor === 'exchange');
    expect(await findings({ ...input, edges })).toEqual([`proof/undeclared-trust ${LYNC_PARTNER}`]);
  });
});

describe('proof/identity-differs', () => {
  it.each<[string, (model: Model) => void, string]>([
    ['a host in one script', model => (self(model, SETTINGS)['Hosts'] = ['x.example']), SETTINGS],
    ['a realm in one script', model => (self(model, SETTINGS)['Realm'] = 'x.example'), SETTINGS],
    [
      'a principal in the settings',
      model => ((scriptTable(model, SETTINGS)['Settings'] as Table)['ServiceName'] = 'x'),
      SETTINGS,
    ],
    [
      'the realm of the document',
      model => ((model.documents.get('lync') ?? {})['realm'] = 'x.example'),
      'lync/metadata/document.json',
    ],
  ])('names %s', async (_, change, file) => {
    expect(await of(change)).toContain(`proof/identity-differs ${file}`);
  });

  it('names a principal that is not the product, in all scripts alike', async () => {
    const found = await of(model => {
      for (const path of model.scripts.keys()) {
        if (path.startsWith('lync/')) self(model, path)['Principal'] = 'x';
      }
    });
    expect(found).toContain(`proof/identity-differs ${CERTIFICATE}`);
  });

  it('names hosts among which the metadata address is not', async () => {
    const found = await of(model => {
      for (const path of model.scripts.keys()) {
        if (path.startsWith('lync/')) self(model, path)['Hosts'] = ['lyncweb.litwareinc.com'];
      }
    });
    expect(found).toContain(`proof/identity-differs ${CERTIFICATE}`);
  });
});

describe('proof/declaration-differs', () => {
  it.each(['Format', 'Script', 'Topology', 'Deployment', 'Product', 'Builds'])(
    'names another %s',
    async name => {
      const found = await of(model => (scriptTable(model, SETTINGS)[name] = 'x'));
      expect(found).toContain(`proof/declaration-differs ${SETTINGS}`);
    },
  );

  it.each(['x', 'partner/lync/exchange', 'oauth-settings/exchange', 'partner/lync/portal'])(
    'names the resource %s where another is carried out',
    async Address => {
      const found = await of(model => {
        scriptTable(model, SETTINGS)['Resources'] = [{ Address, Digest: '' }];
      });
      expect(found).toContain(`proof/declaration-differs ${SETTINGS}`);
    },
  );

  it.each<[string, Table]>([
    ['a level', { Level: 'User' }],
    ['security identifiers', { AcceptSecurityIdentifiers: true }],
    ['trust in any certificate', { TrustAnyCertificate: true }],
    ['another basis', { Basis: 'certificate' }],
    ['a disabled partner', { Enabled: false }],
    ['another application', { ApplicationType: 'x' }],
  ])('names %s that the edge does not declare', async (_, change) => {
    const found = await of(model => Object.assign(partnerBlock(model, 'lync', 'exchange'), change));
    expect(found).toContain(`proof/declaration-differs ${LYNC_PARTNER}`);
  });

  it('names an undo script that declares something else than its twin', async () => {
    const undo = LYNC_PARTNER.replace('/scripts/', '/undo/');
    const same = (model: Model): Table => {
      const copy = structuredClone(scriptTable(model, LYNC_PARTNER));
      copy['Script'] = undo;
      return copy;
    };
    expect(await of(model => model.scripts.set(undo, same(model)))).toEqual([]);
    const other = await of(model => {
      const copy = same(model);
      (copy['Partner'] as Table)['Name'] = 'other';
      model.scripts.set(undo, copy);
    });
    expect(other).toEqual([`proof/declaration-differs ${undo}`]);
    const alone = await of(model => {
      model.scripts.set('lync/undo/99-x.ps1', { ...same(model), Script: 'lync/undo/99-x.ps1' });
    });
    expect(alone).toEqual(['proof/declaration-differs lync/undo/99-x.ps1']);
  });
});

describe('proof/certificate-differs', () => {
  const block = (model: Model): Table => scriptTable(model, CERTIFICATE)['Certificate'] as Table;

  it.each<[string, (model: Model) => void, string]>([
    ['another thumbprint', model => (block(model)['Thumbprint'] = '0'.repeat(40)), CERTIFICATE],
    ['another end', model => (block(model)['NotAfter'] = '2031-01-01T00:00:00Z'), CERTIFICATE],
    ['another key size', model => (block(model)['KeySize'] = 4096), CERTIFICATE],
    ['a name it does not carry', model => (block(model)['Names'] = ['x.example']), CERTIFICATE],
    [
      'a file that is not there',
      model => model.certificates.delete('lync/certificates/issuer.cer'),
      CERTIFICATE,
    ],
    [
      'a previous certificate nobody declared',
      model =>
        model.certificates.set(
          'lync/certificates/previous.cer',
          model.certificates.get('exchange/certificates/issuer.cer') ?? new Uint8Array(),
        ),
      CERTIFICATE,
    ],
    [
      'a document without it',
      model => ((model.documents.get('lync') ?? {})['keys'] = []),
      'lync/metadata/document.json',
    ],
    [
      'a pin that is not published',
      model => (partnerBlock(model, 'lync', 'exchange')['Thumbprints'] = ['0'.repeat(40)]),
      LYNC_PARTNER,
    ],
  ])('names %s', async (_, change, file) => {
    expect(await of(change)).toContain(`proof/certificate-differs ${file}`);
  });
});

describe('proof/digest-differs', () => {
  function withManifest(change: (files: Map<string, Uint8Array>) => void): ProofInput {
    const files = filesOf(exampleModel());
    const list = [...files].map(([path, bytes]) => ({ path, sha256: sha256(bytes) }));
    files.set('manifest.json', Buffer.from(JSON.stringify({ files: list })));
    change(files);
    return { ...exampleInput(), files, digests: true };
  }

  it('is silent where every file is as the manifest says', async () => {
    expect(await findings(withManifest(() => undefined))).toEqual([]);
  });

  it('names files that were changed, added or removed', async () => {
    const input = withManifest(files => {
      files.set('RUNBOOK.md', Buffer.from('x'));
      files.delete('lync/certificates/issuer.cer');
      const script = files.get(SETTINGS) ?? new Uint8Array();
      files.set(SETTINGS, Buffer.concat([script, Buffer.from('# x\r\n')]));
    });
    const found = await findings(input);
    for (const file of ['RUNBOOK.md', 'lync/certificates/issuer.cer', SETTINGS]) {
      expect(found).toContain(`proof/digest-differs ${file}`);
    }
  });

  it('names a manifest that is missing or none', async () => {
    for (const bytes of [undefined, Buffer.from('x'), Buffer.from('{}')]) {
      const input = withManifest(files => {
        if (bytes) files.set('manifest.json', bytes);
        else files.delete('manifest.json');
      });
      expect(await findings(input)).toEqual(['proof/file-unreadable manifest.json']);
    }
  });
});

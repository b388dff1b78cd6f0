import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isFault, readDeclared } from '../../src/proof/declared-block.ts';
import { TEMPLATES } from '../../src/generated/templates.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { asRequest, hasEngine, startEngine, type Engine } from '../support/engine.ts';
import { exampleNames, renderAfter, renderExample, scriptsOf } from '../support/rendered.ts';
import type { EmittedScript, Rendered } from '../support/rendered.ts';

const examples = await Promise.all(exampleNames().map(name => renderExample(name)));
const removed = await renderAfter('skype-exchange-se', {
  name: 'without-trust',
  edits: [
    ['partners:\n  - mutual: [skype, exchange]\n', 'partners: []\n'],
    [
      `      exchange-archiving:
        configuration: global
        mode: ImOnly
        policies: { Legal: { internal: true, external: true } }
      unified-contact-store: off
`,
      '',
    ],
    ['    features:\n', '    features: {}\n'],
  ],
});
const scripts = [...examples, removed].flatMap(scriptsOf);

function declaredIn({ bytes, name }: EmittedScript): JsonObject {
  const read = readDeclared(bytes);
  if (isFault(read)) throw new Error(`${name}:${read.line}: ${read.fault}`);
  return read.values;
}

function scriptOf(rendered: Rendered, path: string): EmittedScript {
  const found = scriptsOf(rendered).find(one => one.name === `${rendered.name}/${path}`);
  if (!found) throw new Error(`no ${path}`);
  return found;
}

function exampleOf(name: string): Rendered {
  const found = examples.find(one => one.name === name);
  if (!found) throw new Error(`no example ${name}`);
  return found;
}

const textOf = ({ bytes }: EmittedScript): string => Buffer.from(bytes).toString('latin1');

describe('what is emitted', () => {
  it('has an undo twin for everything that changes something', () => {
    const names = new Set(scripts.map(one => one.name));
    for (const name of names) {
      if (name.endsWith('/70-live-check.ps1')) continue;
      const twin = name.includes('/undo/')
        ? name.replace('/undo/', '/scripts/')
        : name.replace('/scripts/', '/undo/');
      expect(names, name).toContain(twin);
    }
  });

  it('is nothing at all where nobody asked for trust', () => {
    expect(exampleOf('no-features').proposal.artifacts).toEqual([]);
  });

  it('tells a partner script who the other side is and by which keys it is known', () => {
    const declared = declaredIn(
      scriptOf(exampleOf('skype-exchange-se'), 'skype/scripts/40-partner-exchange.ps1'),
    );
    expect(declared['Partner']).toMatchObject({
      Deployment: 'exchange',
      Principal: '00000002-0000-0ff1-ce00-000000000000',
      Realm: 'northwindtraders.com',
      MetadataUrl: 'https://autodiscover.northwindtraders.com/autodiscover/metadata/json/1',
      Level: 'Full',
      Thumbprints: [expect.stringMatching(/^[0-9A-F]{40}$/)],
    });
  });

  it('writes what is keyed by names of the user as a list', () => {
    const script = scriptOf(
      exampleOf('skype-exchange-se'),
      'skype/scripts/60-exchange-archiving.ps1',
    );
    expect(declaredIn(script)['Feature']).toMatchObject({
      Policies: [{ Name: 'Legal', Internal: true, External: true }],
    });
  });

  it('reads the PFX password as a secret, and only where a key is brought', () => {
    const brings = textOf(scriptOf(exampleOf('lync-exchange'), 'lync/scripts/10-certificate.ps1'));
    expect(brings).toContain('[Parameter(Mandatory = $true)] [Security.SecureString] $PfxPassword');
    const has = textOf(
      scriptOf(exampleOf('skype-exchange-se'), 'skype/scripts/10-certificate.ps1'),
    );
    expect(has).not.toContain('[Parameter(Mandatory');
  });

  it('restarts servers again when what they must learn has changed', () => {
    const path = 'exchange/scripts/50-restart.ps1';
    const before = declaredIn(scriptOf(exampleOf('skype-exchange-se'), path))['Restart'];
    expect(before).toEqual({ After: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('what must go', () => {
  const names = scriptsOf(removed).map(one => one.name.slice('without-trust/'.length));

  it('has a removal script and its undo, on each side', () => {
    expect(names).toContain('skype/scripts/90-remove-partner-exchange.ps1');
    expect(names).toContain('skype/undo/90-remove-partner-exchange.ps1');
    expect(names).toContain('exchange/scripts/90-remove-partner-skype.ps1');
    expect(names).toContain('skype/scripts/90-remove-feature-exchange-archiving.ps1');
    expect(names).toContain('skype/scripts/90-remove-settings-contact-store.ps1');
  });

  it('declares no partner any more, so that nothing is proved by it', () => {
    const declared = declaredIn(scriptOf(removed, 'skype/scripts/90-remove-partner-exchange.ps1'));
    expect(declared['Partner']).toBeUndefined();
    expect(declared['Removed']).toMatchObject({ Name: 'Exchange', Basis: 'metadata' });
  });

  it('is not what was declared under another name of a feature', async () => {
    const switched = await renderAfter('skype-exchange-se', {
      name: 'contacts-on',
      edits: [['unified-contact-store: off', 'unified-contact-store: on']],
    });
    const files = scriptsOf(switched).map(one => one.name);
    expect(files).toContain('contacts-on/skype/scripts/60-unified-contact-store.ps1');
    expect(files.filter(name => name.includes('90-remove'))).toEqual([]);
  });
});

describe('every call of a product', () => {
  const VERBS = '(?:Get|Set|New|Remove|Enable|Import|Request)';
  const NOUNS = [
    'Cs\\w+',
    '\\w*PartnerApplication',
    'AuthConfig',
    'AuthServer',
    'ExchangeCertificate',
    'MailUser',
    'User',
    'ManagementRoleAssignment',
    'TransportService',
    'ExchangeServer',
    'AcceptedDomain',
    'ADServerSettings',
  ];
  const PRODUCT = new RegExp(`\\b${VERBS}-(?:${NOUNS.join('|')})\\b`);
  /** Comments, lists of names and sentences that name a command. */
  const TOLD = new RegExp(`^\\s*#|'${VERBS}-|Because|Text|Shell|stays|Run: |Invoke-Cs|' *\\+`);
  const calls = Object.entries(TEMPLATES)
    .filter(([path]) => !path.startsWith('init/'))
    .flatMap(([path, source]) =>
      source
        .replace(/`\n\s*/g, '')
        .split('\n')
        .filter(line => PRODUCT.test(line) && !TOLD.test(line))
        .map(line => [`${path}: ${line.trim()}`, line] as const),
    );

  it('there are many', () => expect(calls.length).toBeGreaterThan(60));

  it.each(calls)('%s ends the run when it fails', (_, line) => {
    expect(line).toContain('-ErrorAction Stop');
  });

  it.each(calls.filter(([, line]) => !/\bGet-/.test(line)))('%s asks nothing', (_, line) => {
    expect(line).toContain('-Confirm:$false');
  });

  it.each(calls.filter(([name]) => name.startsWith('exchange-server/partner')))(
    '%s goes to one domain controller',
    (_, line) => {
      expect(line).toMatch(
        /-DomainController \$Run\.Controller|-PreferredServer \$Run\.Controller/,
      );
    },
  );
});

describe('every change', () => {
  const CHANGES =
    /\b(?:Set|New|Remove|Enable|Import|Request|Restart)-(?:Cs|Partn|Auth|Exch|Mail|Man|AD|Serv)\w+/;
  const purposes = Object.keys(TEMPLATES).filter(path => TEMPLATES[path]?.startsWith('#requires'));

  /** A template with the partials it renders. */
  function whole(path: string): string {
    return (TEMPLATES[path] ?? '').replace(/\{% render '([^']+)'.*?%\}/g, (_, part: string) =>
      whole(`${part}.liquid`),
    );
  }

  function functionsOf(path: string): Map<string, string> {
    const found = whole(path).matchAll(/^function ([\w-]+)[^\n]*\{\n([\s\S]*?)^\}/gm);
    return new Map([...found].map(([, name = '', body = '']) => [name, body]));
  }

  /** Whether a function asks, or everything that calls it does. */
  function asks(name: string, functions: ReadonlyMap<string, string>): boolean {
    const body = functions.get(name) ?? '';
    if (/\$PSCmdlet\.ShouldProcess\(|^\s*Confirm-Change /m.test(body)) return true;
    const callers = [...functions].filter(
      ([caller, body]) => caller !== name && new RegExp(`\\b${name}\\b`).test(body),
    );
    return callers.length > 0 && callers.every(([caller]) => asks(caller, functions));
  }

  /** A fragment may bring functions that a script has no use for: these change nothing. */
  function isCalled(name: string, path: string): boolean {
    return whole(path).split(new RegExp(`\\b${name}\\b`)).length > 2;
  }

  it.each(purposes)('of %s asks first', path => {
    const functions = functionsOf(path);
    for (const [name, body] of functions) {
      if (!isCalled(name, path)) continue;
      const lines = body
        .split('\n')
        .filter(line => !/^\s*#|Write-Line|Because|' *\+|Run: /.test(line));
      if (lines.some(line => CHANGES.test(line))) expect(asks(name, functions), name).toBe(true);
    }
  });
});

interface Allowed {
  readonly types: Readonly<Record<string, { members?: readonly string[] }>>;
  readonly methods: Readonly<Record<string, string>>;
  readonly commands: Readonly<Record<string, { parameters: Readonly<Record<string, string>> }>>;
}

interface Named {
  readonly detail: string;
  readonly reason: string;
  readonly static?: boolean;
  readonly computed?: boolean;
  readonly type?: string;
}

describe.skipIf(!hasEngine)('by the engine, scripts use', () => {
  const allowed = parse(
    readFileSync(new URL('../../templates/powershell/allowed.yaml', import.meta.url), 'utf8'),
  ) as Allowed;
  const types = new Map(
    Object.entries(allowed.types).map(([name, facts]) => [name.toLowerCase(), facts]),
  );
  let engine: Engine;
  beforeAll(() => {
    engine = startEngine();
  });
  afterAll(() => engine.close());

  it.each(scripts.map(one => [one.name, one] as const))(
    '%s: no type, member or method that is not listed',
    async (_, script) => {
      const found = await engine.request<{ types: Named[]; members: Named[] }>(
        'types',
        asRequest(script),
      );
      const strangers = found.types.filter(one => !types.has(one.detail.toLowerCase()));
      const members = found.members.filter(
        one =>
          one.static && !types.get(one.type?.toLowerCase() ?? '')?.members?.includes(one.detail),
      );
      const methods = found.members.filter(
        one => !one.static && one.reason === 'method' && !(one.detail in allowed.methods),
      );
      expect([...strangers, ...members, ...methods].map(one => one.detail)).toEqual([]);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { importTopology, type Imported } from '../../src/index.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';
import { testKeyPair } from '../support/keys.ts';
import { certificateOf } from '../proof/bundle.ts';
import { thumbprintOf } from '../powershell/estate.ts';
import { atExchange, atSkype, exchange, IDS, NOW, SIGNING, skype } from './sides.ts';

async function imported(...reads: Read[]): Promise<Imported> {
  const found = await attempt(...reads);
  if ('text' in found) return found;
  throw new Error(found.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
}

function attempt(...reads: Read[]): ReturnType<typeof importTopology> {
  const evidence = reads.map((read, at) => evidenceOf(read, `evidence-${at}-${read.host}`));
  return importTopology({ evidence, file: 'topology.yaml', name: undefined, now: NOW });
}

/** The lines of a text that are no comments, and those that are. */
function apart({ text }: Imported): { said: string; comments: string } {
  const isComment = (line: string): boolean => /^ *#/.test(line);
  const lines = text.split('\n');
  return {
    said: lines.filter(line => !isComment(line)).join('\n'),
    // As one line, however it was broken.
    comments: lines
      .filter(isComment)
      .map(line => line.replace(/^ *# */, ''))
      .join(' '),
  };
}

const codesOf = ({ diagnostics }: Pick<Imported, 'diagnostics'>): string[] =>
  diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);

describe('a topology of what is there', () => {
  it('says two sides in one file that a person can read', async () => {
    const found = await imported(skype(), exchange());
    await expect(found.text).toMatchFileSnapshot('two-sides.yaml');
    expect([...found.files.keys()]).toEqual(['evidence/exchange.cer', 'evidence/skype.cer']);
    expect(codesOf(found)).toEqual([]);
  });

  it('is the same whatever comes first', async () => {
    const [one, other] = [await imported(skype(), exchange()), await imported(exchange(), skype())];
    expect(one.text).toBe(other.text);
  });

  it('says one side where only one was read, and of its partner that it is left alone', async () => {
    const found = await imported(skype());
    expect(found.text).not.toContain('partners:');
    expect(codesOf(found)).toEqual([]);
  });

  it('says what differs from what a partner would be by itself', async () => {
    const found = await imported(
      skype({
        'Get-CsPartnerApplication': [
          atSkype({
            Identity: 'microsoft.exchange',
            ApplicationTrustLevel: 'User',
            Enabled: false,
            AuthToken: 'Value=https://mail.litware.com/autodiscover/metadata/json/1',
          }),
        ],
        'Get-CsUserServicesPolicy': [{ Identity: 'Global', UcsAllowed: false }],
      }),
      exchange({ 'Get-PartnerApplication': [] }),
    );
    const { said, comments } = apart(found);
    expect(said).toContain(
      '  - { acceptor: skype, issuer: exchange, level: user, name: microsoft.exchange, enabled: false }',
    );
    // Where its partners read its document, there it is proved.
    expect(said).toContain('metadataHost: mail.litware.com');
    expect(comments).toContain(
      'exchange has no partner for skype: tokens are accepted in this direction',
    );
  });

  it('keeps a realm that is pinned', async () => {
    const found = await imported(
      exchange({
        'Get-AuthConfig': [{ ServiceName: IDS.exchange, Realm: 'mail.litware.com' }],
      }),
    );
    expect(apart(found).said).toContain(
      'mail: { acceptedDomains: { default: litware.com }, value: mail.litware.com }',
    );
    expect(apart(found).comments).toContain('no certificate signs there');
  });

  it('names the certificate that a partner was given', async () => {
    const given = SIGNING.exchange;
    const found = await imported(
      skype({
        'Get-CsPartnerApplication': [
          atSkype({ AuthToken: `Value=${Buffer.from(given).toString('base64')}` }),
        ],
      }),
      exchange({ 'Get-PartnerApplication': [] }),
    );
    expect(apart(found).said).toContain('certificate: evidence/skype-exchange.cer');
    expect(Buffer.from(found.files.get('evidence/skype-exchange.cer') ?? [])).toEqual(
      Buffer.from(given),
    );
  });

  it('tells of a certificate that is staged, and of one that it could not read', async () => {
    const next = certificateOf(testKeyPair(2), 7);
    const config = {
      ServiceName: IDS.exchange,
      Realm: '',
      CurrentCertificateThumbprint: 'A'.repeat(40),
      NextCertificateThumbprint: thumbprintOf(next),
      NextCertificateEffectiveDate: '2026-12-01T00:00:00Z',
    };
    const { comments } = apart(await imported(exchange({ 'Get-AuthConfig': [config] })));
    expect(comments).toContain(`decide: ${'A'.repeat(40)} signs and was not read`);
    expect(comments).toContain(`${thumbprintOf(next)} is staged for 2026-12-01T00:00:00Z`);
  });

  it('takes a certificate from whichever server of its side had it', async () => {
    const { certificates, ...newest } = skype(
      {},
      {
        host: 'fe02.litwareinc.com',
        at: '2026-11-24T11:30:00Z',
      },
    );
    const thumbprint = Object.keys(certificates ?? {})[0] ?? '';
    const unread = { [`certificate ${thumbprint}`]: 'Access is denied.' };
    const found = await imported({ ...newest, unread }, skype(), exchange());
    expect(thumbprint).not.toBe('');
    expect(found.files.has('evidence/skype.cer')).toBe(true);
    expect(found.text).not.toContain('was not read');
  });

  it('keeps the trust of a server that has not what it is to sign with, and says so', async () => {
    const thumbprint = 'C'.repeat(40);
    const unread = {
      [`certificate ${thumbprint}`]: 'it is not in the store LocalMachine\\My of this computer.',
    };
    const objects = { 'Get-CsCertificate': [{ Thumbprint: thumbprint, EffectiveDate: null }] };
    const found = await imported(skype(objects, { unread }), exchange());
    expect(codesOf(found)).toEqual(['certificate/not-on-server']);
    expect(apart(found).said).toContain(
      '  - { acceptor: skype, issuer: exchange, name: Exchange }',
    );
  });

  it('imports features as they are switched', async () => {
    const archiving = [
      { Identity: 'Global', EnableArchiving: 'None', EnableExchangeArchiving: false },
      { Identity: 'Site:HQ', EnableArchiving: 'ImOnly', EnableExchangeArchiving: true },
    ];
    const found = await imported(
      skype({
        'Get-CsArchivingConfiguration': archiving,
        'Get-CsArchivingPolicy': [
          { Identity: 'Global', ArchiveInternal: false, ArchiveExternal: false },
          { Identity: 'Tag:Legal', ArchiveInternal: true, ArchiveExternal: false },
        ],
        'Get-CsUserServicesPolicy': [
          { Identity: 'Global', UcsAllowed: true },
          { Identity: 'Tag:Sales', UcsAllowed: false },
        ],
      }),
      exchange(),
    );
    const { said, comments } = apart(found);
    expect(said).toContain('unified-contact-store: on');
    expect(said).toContain('configuration: Site:HQ');
    expect(said).toContain('policies: { Legal: { internal: true, external: false } }');
    expect(comments).toContain('skype: CsUserServicesPolicy "Tag:Sales"');
  });
});

describe('what a topology cannot say is told, with the reason', () => {
  const partnersAtExchange = (...partners: ReturnType<typeof atExchange>[]): Read[] => [
    skype(),
    exchange({ 'Get-PartnerApplication': partners }),
  ];
  const foreign: Record<string, [reads: Read[], told: string]> = {
    'a partner of a realm that nobody read': [
      partnersAtExchange(atExchange({ Realm: 'fabrikam.com' })),
      'exchange: PartnerApplication "LyncEnterprise-1"',
    ],
    'a partner of another application': [
      partnersAtExchange(atExchange({ ApplicationIdentifier: IDS.exchange })),
      'exchange: PartnerApplication "LyncEnterprise-1"',
    ],
    'the other half of a hybrid': [
      partnersAtExchange(atExchange({ UseAuthServer: true })),
      'exchange: PartnerApplication "LyncEnterprise-1"',
    ],
    'what a wizard made and keeps': [
      partnersAtExchange(atExchange({ Name: 'Exchange Online' })),
      'exchange: PartnerApplication "Exchange Online"',
    ],
    'several objects that are one partner': [
      partnersAtExchange(atExchange(), atExchange({ Name: 'again' })),
      'not written, because exchange has several objects that are this partner: ' +
        '"LyncEnterprise-1", "again"',
    ],
    'an account that a plan would change': [
      partnersAtExchange(atExchange({ LinkedAccount: 'litware.com/Users/Other' })),
      'not written, because a plan would change partner/exchange/skype: linkedAccount: "Other" -> ' +
        '"LyncEnterprise-ApplicationAccount"',
    ],
    'an address without TLS': [
      partnersAtExchange(
        atExchange({ AuthMetadataUrl: 'http://webint.litwareinc.com/metadata/json/1' }),
      ),
      'not written, because',
    ],
    'an authorization server': [
      [skype({ 'Get-CsOAuthServer': [{ Identity: 'acs' }] }), exchange()],
      'skype: CsOAuthServer "acs"',
    ],
    'a reserved setting': [
      [
        skype({
          'Get-CsOAuthConfiguration': [
            { ServiceName: IDS.skype, Realm: '', AlternateAudienceUrl: 'https://a.example.com' },
          ],
        }),
      ],
      'skype: AlternateAudienceUrl "https://a.example.com"',
    ],
    'an address of mailboxes of another form': [
      [
        skype({
          'Get-CsOAuthConfiguration': [
            {
              ServiceName: IDS.skype,
              Realm: '',
              ExchangeAutodiscoverUrl: 'https://mail.litware.com/elsewhere',
            },
          ],
        }),
      ],
      'autodiscover.url is left out:',
    ],
    'a name with which no token is signed': [
      [skype({ 'Get-CsOAuthConfiguration': [{ ServiceName: 'odd', Realm: '' }] }), exchange()],
      'not written, because a plan would change oauth-settings/skype: serviceName: "odd" -> ',
    ],
    'an accepted domain with a wildcard': [[exchange()], 'exchange: AcceptedDomain "*.litware.de"'],
  };
  it.each(Object.entries(foreign))('%s', async (_, [reads, told]) => {
    const found = await imported(...reads);
    expect(apart(found).comments).toContain(told);
    expect(codesOf(found)).toEqual([]);
  });

  it('lets no name of a server break out of its line', async () => {
    const name = 'Exchange\n  - { acceptor: exchange, issuer: skype } # \u202e"\'';
    const found = await imported(
      skype({ 'Get-CsPartnerApplication': [atSkype({ Identity: name })] }),
      exchange({ 'Get-PartnerApplication': [] }),
    );
    const { said } = apart(found);
    expect(said).not.toContain('partners:');
    expect(found.text).not.toMatch(/[\u202e\r]/);
  });
});

describe('what cannot be imported', () => {
  it('import/mixed-versions', async () => {
    const old = exchange({}, { build: '15.0.1497.48', host: 'ex00.litware.com' });
    expect(codesOf(await attempt(exchange(), old))).toEqual(['import/mixed-versions']);
  });

  it.each([
    ['import/not-read', [exchange({}, { host: 'ex01.litware.com' })], 'Get-AuthConfig'],
    ['import/unknown-family', [exchange({}, { family: 'sharepoint-server' })], ''],
    ['import/unknown-version', [exchange({}, { build: '15.9.1.1' })], ''],
    ['import/unknown-version', [exchange({}, { build: null })], ''],
    ['evidence/too-old', [exchange({}, { at: '2026-10-01T00:00:00Z' })], ''],
    ['evidence/foreign', [exchange({}, { host: 'laptop.litware.com' })], ''],
  ] as const)('%s', async (code, [read], missing) => {
    const objects = Object.fromEntries(
      Object.entries(read.objects).filter(([command]) => command !== missing),
    );
    const found = await attempt({
      ...read,
      objects,
      unread: missing ? { [missing]: 'denied' } : {},
    });
    expect('text' in found).toBe(false);
    expect(codesOf(found)).toEqual([code]);
  });

  it('a realm without a default domain', async () => {
    expect(codesOf(await attempt(exchange({ 'Get-AcceptedDomain': [] })))).toEqual([
      'import/not-read',
    ]);
  });
});

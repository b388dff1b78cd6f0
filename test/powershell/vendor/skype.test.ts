import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/kernel/secret.ts';
import type { KeyPair } from '../../../src/ports/world.ts';
import { makePfx } from '../../../src/render/pfx.ts';
import { testCertificate } from '../../support/certificates.ts';
import { hasEngine } from '../../support/engine.ts';
import { testKeyPair } from '../../support/keys.ts';
import { BEHAVIOURS, startShell, type Shell } from '../shell.ts';
import type { Server, Session, World } from '../world.ts';
import { CERTIFICATE_CALLS, lyncOf } from './skype-certificate-calls.ts';
import { exchangePartner, PARTNER_CALLS } from './skype-partner-calls.ts';
import { REQUEST_CALLS } from './skype-request-calls.ts';
import { SETTING_CALLS } from './skype-setting-calls.ts';
import { TRUST_CALLS } from './skype-trust-calls.ts';
import {
  addExchange,
  CURRENT,
  EXCHANGE_KEY,
  EXCHANGE_URL,
  NEXT,
  stage,
  thumbprintOf,
  vendorWorld,
} from './skype-world.ts';

const OURS = new Set(BEHAVIOURS.filter(row => /-Cs[A-Z]/.test(row.command)).map(row => row.id));
const commandOf = new Map(BEHAVIOURS.map(row => [row.id, row]));
const isRefusal = (id: string): boolean => /^refuses/.test(commandOf.get(id)?.behaviour ?? '');
const CALLS = [
  ...CERTIFICATE_CALLS,
  ...REQUEST_CALLS,
  ...PARTNER_CALLS,
  ...TRUST_CALLS,
  ...SETTING_CALLS,
];
const PARTNER_SCRIPT = fileURLToPath(new URL('skype-partners.ps1', import.meta.url));

let shell: Shell;
const folder = mkdtempSync(join(tmpdir(), 'concordat-skype-'));
const met = new Set<string>();

async function pfx(certificate: Uint8Array, { privateKey }: KeyPair): Promise<Uint8Array> {
  return makePfx(
    {
      privateKey: new Secret(privateKey),
      certificate,
      friendlyName: 'OAuth',
      password: new Secret('P@ssw0rd'),
      random: (count: number) => randomBytes(count),
    },
    '3des',
  );
}

beforeAll(async () => {
  if (!hasEngine) return;
  shell = await startShell();
  writeFileSync(join(folder, 'next.pfx'), await pfx(NEXT, testKeyPair(1)));
  const fresh = testCertificate(3, { subject: 'CN=litware.net' });
  writeFileSync(join(folder, 'fresh.pfx'), await pfx(fresh, testKeyPair(3)));
  writeFileSync(join(folder, 'partner.cer'), CURRENT);
});
afterAll(async () => {
  if (hasEngine) await shell.close();
  rmSync(folder, { recursive: true });
});

/** Enters lines in the folder of the test; every row that was met is noted. */
async function enter(world: World, lines: readonly string[]): Promise<Session> {
  const session = await shell.enter(world, [`Set-Location -LiteralPath ${folder}`, ...lines]);
  for (const call of session.entered.flatMap(line => line.calls)) {
    expect(call.bug, call.name).toBeUndefined();
    for (const row of call.rows ?? []) met.add(row);
  }
  return session;
}

function rowsOf(session: Session): string[] {
  return session.entered.flatMap(line => line.calls).flatMap(call => call.rows ?? []);
}

describe.skipIf(!hasEngine)('Skype for Business, by the pages of its vendor', () => {
  it.each(CALLS.map(call => [`${call.page}: ${call.what}`, call] as const))(
    '%s',
    async (_, call) => {
      const world = vendorWorld();
      call.given?.(world);
      const session = await enter(world, call.lines);
      expect(rowsOf(session)).toEqual(expect.arrayContaining([...call.rows]));
      const refusals = session.entered.flatMap(line => line.errors);
      expect(refusals, refusals.join()).toHaveLength(call.rows.filter(isRefusal).length);
      call.then?.(session);
    },
  );
});

describe.skipIf(!hasEngine)('the Central Management store', () => {
  const commands = [...new Set(BEHAVIOURS.filter(row => OURS.has(row.id)).map(row => row.command))];

  it.each(commands.filter(command => OURS.has(`${command.toLowerCase()}-unreachable`)))(
    'is needed by %s',
    async command => {
      const world = vendorWorld();
      lyncOf(world)['cmsReachable'] = false;
      const session = await enter(world, [lineOf(command)]);
      expect(rowsOf(session)).toEqual([`${command.toLowerCase()}-unreachable`]);
    },
  );

  it.each(commands.filter(command => OURS.has(`${command.toLowerCase()}-local-store`)))(
    'is on this server as it was replicated: %s',
    async command => {
      const world = vendorWorld();
      lyncOf(world)['cmsReachable'] = false;
      const session = await enter(world, [`$null = ${command} -LocalStore`]);
      expect(rowsOf(session)).toContain(`${command.toLowerCase()}-local-store`);
      expect(session.entered.at(-1)?.errors).toEqual([]);
    },
  );
});

/** A call with what the command cannot do without. */
function lineOf(command: string): string {
  const needed: Readonly<Record<string, string>> = {
    'Set-CsCertificate': '-Thumbprint 0',
    'Import-CsCertificate': '-Path ./next.pfx',
    'Request-CsCertificate': '-New -Type OAuthTokenIssuer',
    'New-CsPartnerApplication': `-Identity x -ApplicationTrustLevel Full -MetadataUrl ${EXCHANGE_URL}`,
    'New-CsOAuthServer': `-Identity x -MetadataUrl ${EXCHANGE_URL}`,
    'Test-CsExStorageConnectivity': '-SipUri sip:kenmyer@litwareinc.com',
    'Set-CsOAuthConfiguration': '-Realm litware.net',
    'Get-CsCertificate': '',
    'Remove-CsCertificate': '-Type OAuthTokenIssuer',
    'Get-CsManagementStoreReplicationStatus': '',
    'Get-CsService': '-WebServer',
  };
  return `${command} ${needed[command] ?? (command.startsWith('Get-') ? '' : '-Identity global')}`;
}

/** What the pool publishes, seen from a front end. */
const DOCUMENT =
  '[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; (Invoke-WebRequest -UseBasicParsing -Uri https://fe02.litwareinc.com/metadata/json/1).Content';

interface Published {
  readonly issuer: string;
  readonly keys: readonly { readonly keyvalue: { readonly value: string } }[];
}

async function published(world: World): Promise<Published | string> {
  const session = await enter(world, [DOCUMENT]);
  const text = session.entered.at(-1)?.seen.join('\n') ?? '';
  return text === ''
    ? (session.entered.at(-1)?.errors.join() ?? '')
    : (JSON.parse(text) as Published);
}

/** The other front end. */
const serverOf = (world: World): Server => world.servers['fe02.litwareinc.com'] as Server;

const thumbprints = (document: Published | string): string[] =>
  typeof document === 'string'
    ? [document]
    : document.keys.map(key => thumbprintOf(Buffer.from(key.keyvalue.value, 'base64')));

describe.skipIf(!hasEngine)('the metadata document of a front end', () => {
  it('names the deployment and the certificate that signs', async () => {
    const document = await published(vendorWorld());
    expect(document).toMatchObject({
      issuer: '00000004-0000-0ff1-ce00-000000000000@litwareinc.com',
    });
    expect(thumbprints(document)).toEqual([thumbprintOf(CURRENT)]);
  });

  it('changes when the change has arrived, which brings the key along', async () => {
    const set = `Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Thumbprint ${thumbprintOf(NEXT)}`;
    const { world } = await enter(vendorWorld(), [set]);
    expect(thumbprints(await published(world))).toEqual([thumbprintOf(CURRENT)]);
    const later = { ...world, clock: '2030-03-01T09:00:00.0000000Z' };
    expect(thumbprints(await published(later))).toEqual([thumbprintOf(NEXT)]);
  });

  it.each([
    ['2030-05-31', CURRENT],
    ['2030-06-02', NEXT],
  ] as const)('signs on %s with the certificate of that date', async (day, expected) => {
    const world = stage(vendorWorld());
    world.clock = `${day}T00:00:00.0000000Z`;
    serverOf(world).certificates = world.servers['fe01.litwareinc.com']!.certificates;
    expect(thumbprints(await published(world))).toEqual([thumbprintOf(expected)]);
  });

  it('lists the staged one too where the deployment does', async () => {
    const world = stage(vendorWorld());
    lyncOf(world)['publishesNext'] = true;
    expect(thumbprints(await published(world))).toEqual([CURRENT, NEXT].map(thumbprintOf));
  });

  const broken: readonly (readonly [string, (world: World) => void])[] = [
    ['the certificate is not in the store', world => void (serverOf(world).certificates = [])],
    [
      'there is no service name',
      world => void (lyncOf(world).objects['CsOAuthConfiguration'] = [{ Identity: 'Global' }]),
    ],
    ['no certificate is assigned', world => void (lyncOf(world).objects['CsCertificate'] = [])],
  ];

  it.each(broken)('is an error where %s', async (_, given) => {
    const world = vendorWorld();
    given(world);
    expect(await published(world)).toContain('(500)');
  });

  it('says whom it trusts to whom asks with an empty token', async () => {
    const world = vendorWorld();
    lyncOf(world).objects['CsPartnerApplication'] = [exchangePartner(EXCHANGE_KEY)];
    const session = await enter(world, [
      '[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12',
      "$ask = [Net.WebRequest]::Create('https://fe02.litwareinc.com/rgs/clients'); $ask.Headers.Add('Authorization', 'Bearer ')",
      "try { $ask.GetResponse() } catch { $_.Exception.InnerException.Response.Headers['WWW-Authenticate'] }",
    ]);
    expect(session.entered.at(-1)?.seen.join()).toBe(
      'Bearer client_id="00000004-0000-0ff1-ce00-000000000000", trusted_issuers="00000002-0000-0ff1-ce00-000000000000@litwareinc.com"',
    );
  });
});

describe.skipIf(!hasEngine)("the vendor's script for partners", () => {
  const run = (world: World): Promise<Session> => enter(world, [`& '${PARTNER_SCRIPT}'`]);

  it('configures both on a server without partners', async () => {
    const { entered, world } = await run(vendorWorld());
    expect(entered.at(-1)?.errors).toEqual([]);
    const partners = lyncOf(world).objects['CsPartnerApplication']?.map(one => one['Identity']);
    expect(partners).toEqual(['microsoft.exchange', 'microsoft.sharepoint']);
  });

  it('errs where there are partners and none called app', async () => {
    const first = await run(vendorWorld());
    const { entered } = await run(first.world);
    expect(entered.at(-1)?.calls.map(call => call.refused)).toContain(
      'remove-cspartnerapplication-not-found',
    );
  });

  it('never repairs the address of a partner that moved', async () => {
    const world = vendorWorld();
    const old = { ...exchangePartner(EXCHANGE_KEY), metadataUrl: 'https://old.litwareinc.com/' };
    lyncOf(world).objects['CsPartnerApplication'] = [old];
    const { world: after } = await run(world);
    expect(lyncOf(after).objects['CsPartnerApplication']?.[0]).toMatchObject(old);
  });
});

describe('the table of behaviours', () => {
  it('gives every row a source, and every command that changes something a refusal', () => {
    for (const id of OURS) expect(commandOf.get(id)?.source, id).toMatch(/^(?:assumed|CS-|SFB-)/);
    const changing = [...OURS].map(id => commandOf.get(id)?.command ?? '');
    const without = [...new Set(changing)].filter(
      command => ![...OURS].some(id => commandOf.get(id)?.command === command && isRefusal(id)),
    );
    expect(without).toEqual(['Get-CsServerVersion']);
  });

  it.skipIf(!hasEngine)('has no row that no call meets', async () => {
    await enter(addExchange(vendorWorld(), { accepts: true }), ['Get-CsServerVersion']);
    expect([...OURS].filter(id => !met.has(id))).toEqual([]);
  });
});

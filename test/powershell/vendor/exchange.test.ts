import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/kernel/secret.ts';
import { makePfx } from '../../../src/render/pfx.ts';
import { hasEngine } from '../../support/engine.ts';
import { testKeyPair } from '../../support/keys.ts';
import { storeCertificate } from '../servers/exchange.ts';
import { startShell, type Behaviour, type Shell } from '../shell.ts';
import type { CallRecord, Fault, Session, World } from '../world.ts';
import { EFFECTS } from './exchange-effects.ts';
import { QUESTIONS, REFUSALS } from './exchange-refusals.ts';
import {
  EX1,
  EX2,
  LYNC,
  LYNC_URL,
  METADATA,
  PARTNER,
  STAGE,
  auth,
  authConfig,
  freshWorld,
  hasNext,
  lync,
  machine,
  metadata,
  named,
  next,
  objects,
  renewed,
  thumbprint,
  type Change,
} from './exchange-world.ts';

const SCRIPT = fileURLToPath(
  new URL('Configure-EnterprisePartnerApplication.ps1', import.meta.url),
);
const ACCOUNT_OF_LYNC = 'LyncEnterprise-ApplicationAccount';
const ROWS = JSON.parse(
  readFileSync(new URL('../servers/exchange.json', import.meta.url), 'utf8'),
) as Behaviour[];

let shell: Shell;
let folder: string;
const calls: CallRecord[] = [];

async function enter(
  lines: readonly string[],
  change?: Change | World,
  fault?: Fault,
): Promise<Session> {
  const world = typeof change === 'object' ? change : freshWorld(change);
  const session = await shell.enter(world, lines, fault);
  calls.push(...session.entered.flatMap(line => line.calls));
  return session;
}

const last = (session: Session): Session['entered'][number] => session.entered.at(-1)!;
const seen = (session: Session): readonly string[] => last(session).seen;
const lastCall = (session: Session): CallRecord | undefined => last(session).calls.at(-1);
const at = (world: World, clock: string): World => ({ ...world, clock });

/** A script file with these lines. */
function script(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** A process of these servers offers less than servers ask for. */
const TLS = '[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; ';
/** Asks one server for what it is and whom it trusts. */
const challenge = (host: string): string =>
  `${TLS}$r = [Net.WebRequest]::Create('https://${host}/ews/exchange.asmx'); $r.Headers.Add('Authorization', 'Bearer'); ` +
  `try { $null = $r.GetResponse() } catch { $_.Exception.InnerException.Response.Headers['WWW-Authenticate'] }`;
const download = (url: string): string =>
  `${TLS}$s = New-Object -TypeName IO.StreamReader -ArgumentList ([Net.WebRequest]::Create('${url}').GetResponse().GetResponseStream()); $s.ReadToEnd()`;

/** The signing keys that a server publishes. */
async function published(world: World, host = EX1): Promise<string[]> {
  const session = await enter(
    [download(METADATA.replace('autodiscover.contoso.com', host))],
    world,
  );
  const document = JSON.parse(seen(session).join('')) as {
    keys: { keyvalue: { value: string } }[];
  };
  return document.keys.map(key => key.keyvalue.value);
}

describe.skipIf(!hasEngine)('the Exchange simulation', () => {
  beforeAll(async () => {
    shell = await startShell();
    folder = mkdtempSync(join(tmpdir(), 'concordat-exchange-'));
  });
  afterAll(async () => {
    await shell.close();
    rmSync(folder, { recursive: true });
  });

  it.each(EFFECTS)('does what the vendor says: %s: %s', async (_, lines, row, after, change) => {
    const session = await enter(lines, change);
    expect(session.entered.flatMap(line => line.errors)).toEqual([]);
    expect(lastCall(session)?.rows).toContain(row);
    after(session.world, session);
  });

  it.each(REFUSALS)('refuses: %s: %s', async (row, lines, change) => {
    const session = await enter(lines, change);
    expect(lastCall(session)?.refused).toBe(row);
    expect(lastCall(session)?.changed).toBeUndefined();
    expect(last(session).errors).toHaveLength(1);
  });

  it.each(QUESTIONS)('asks where nobody answers: %s: %s', async (row, line, change) => {
    const session = await enter([line], change);
    expect(lastCall(session)?.rows).toEqual([row]);
    expect(lastCall(session)?.changed).toBeUndefined();
    expect(last(session).errors[0]).toContain('a question that nobody answers');
  });

  describe('imports a PFX', () => {
    const secret = (password: string): string =>
      `$p = New-Object -TypeName Security.SecureString; '${password}'.ToCharArray() | ForEach-Object { $p.AppendChar($_) }`;
    const line = (): string =>
      `Import-ExchangeCertificate -FileData ([IO.File]::ReadAllBytes('${join(folder, 'next.pfx')}')) -Password $p -PrivateKeyExportable $true -Server ex2`;

    beforeAll(async () => {
      const content = {
        privateKey: new Secret(testKeyPair(1).privateKey),
        certificate: new Uint8Array(Buffer.from(next, 'base64')),
        friendlyName: 'next',
        password: new Secret(new TextEncoder().encode('right')),
        random: (bytes: number) => new Uint8Array(bytes).fill(7),
      };
      writeFileSync(join(folder, 'next.pfx'), await makePfx(content, 'aes-256'));
    });

    it('into the store of the server that is named', async () => {
      const session = await enter([secret('right'), line()]);
      expect(lastCall(session)?.rows).toEqual(['ex-certificate-import']);
      expect(machine(session.world, EX2).certificates[2]).toMatchObject({
        thumbprint: thumbprint(next),
        hasPrivateKey: true,
        exportable: true,
      });
      expect(machine(session.world, EX1).certificates).toHaveLength(2);
    });

    it('not twice', async () => {
      const session = await enter([secret('right'), line(), line()]);
      expect(lastCall(session)?.refused).toBe('ex-certificate-import-exists');
    });

    it('not with a wrong password', async () => {
      const session = await enter([secret('wrong'), line()]);
      expect(lastCall(session)?.refused).toBe('ex-certificate-import-unreadable');
    });
  });

  describe('looks after the Auth certificate by itself', () => {
    it('promotes the next one on its day, and uses it without a restart', async () => {
      const staged = await enter([STAGE], hasNext);
      const before = await enter(['(Get-AuthConfig).CurrentCertificateThumbprint'], staged.world);
      expect(seen(before)).toEqual([thumbprint(auth)]);
      const due = at(staged.world, '2030-06-20T00:00:01.000Z');
      const after = await enter(
        ['$c = Get-AuthConfig; $c.CurrentCertificateThumbprint; $c.PreviousCertificateThumbprint'],
        due,
      );
      expect(lastCall(after)?.rows).toEqual(['ex-auth-config-by-itself']);
      expect(seen(after)).toEqual([thumbprint(next), thumbprint(auth)]);
      expect(await published(due)).toEqual([next, auth]);
      const cleared = await enter(['Set-AuthConfig -ClearPreviousCertificate'], due);
      expect(authConfig(cleared.world)).toMatchObject({
        CurrentCertificateThumbprint: thumbprint(next),
        PreviousCertificateThumbprint: '',
      });
      expect(await published(cleared.world)).toEqual([next, auth]);
    });

    it('copies the next one to the other servers after half a day', async () => {
      const staged = await enter([STAGE], hasNext);
      const holds = async (clock: string): Promise<boolean> => {
        const { world } = await enter(['Get-AuthConfig | Out-Null'], at(staged.world, clock));
        return machine(world, EX2).certificates.some(one => one.thumbprint === thumbprint(next));
      };
      expect(await holds('2030-06-10T19:00:00.000Z')).toBe(false);
      expect(await holds('2030-06-10T21:00:00.000Z')).toBe(true);
    });

    it('copies nothing whose key cannot leave the machine', async () => {
      const staged = await enter([STAGE], world =>
        machine(world, EX1).certificates.push(storeCertificate(next)),
      );
      const { world } = await enter(['Get-AuthConfig'], at(staged.world, '2030-06-12T00:00:00Z'));
      expect(machine(world, EX2).certificates).toHaveLength(2);
    });
  });

  describe('has several domain controllers', () => {
    it('shows a new object on another one after a quarter of an hour', async () => {
      const made = await enter([`${PARTNER} -DomainController dc1.contoso.lab`]);
      const count = async (dc: string, clock: string): Promise<readonly string[]> =>
        seen(
          await enter(
            [`@(Get-PartnerApplication -DomainController ${dc}.contoso.lab).Count`],
            at(made.world, clock),
          ),
        );
      expect(await count('dc1', '2030-06-10T08:01:00Z')).toEqual(['3']);
      expect(await count('dc2', '2030-06-10T08:01:00Z')).toEqual(['2']);
      expect(await count('dc2', '2030-06-10T08:16:00Z')).toEqual(['3']);
    });

    it('lets a script that reads elsewhere make the same thing twice', async () => {
      const made = await enter([
        PARTNER,
        'Set-ADServerSettings -PreferredServer dc2.contoso.lab',
        PARTNER,
      ]);
      expect(objects(made.world, 'PartnerApplication')).toHaveLength(4);
      const read = await enter(
        ['Get-PartnerApplication -Identity Lync'],
        at(made.world, '2030-06-10T09:00:00Z'),
      );
      expect(lastCall(read)?.refused).toBe('ex-partner-ambiguous');
    });

    it('shows a change, and a removal, on another one later', async () => {
      const made = await enter([PARTNER]);
      const hour = at(made.world, '2030-06-10T09:00:00Z');
      const changed = await enter(
        [
          'Set-PartnerApplication -Identity Lync -Enabled $false',
          '(Get-PartnerApplication -Identity Lync -DomainController dc2.contoso.lab).Enabled',
          'Remove-PartnerApplication -Identity Lync -Confirm:$false',
          '(Get-PartnerApplication -Identity Lync -DomainController dc2.contoso.lab).Enabled',
          'Get-PartnerApplication -Identity Lync',
        ],
        hour,
      );
      expect(changed.entered[1]?.seen).toEqual(['True']);
      expect(changed.entered[3]?.seen).toEqual(['True']);
      expect(lastCall(changed)?.refused).toBe('ex-partner-unknown');
    });
  });

  describe('serves', () => {
    it('its metadata in its own spelling, with the realm of the default domain', async () => {
      const session = await enter([download(METADATA)]);
      const issuer = '00000002-0000-0ff1-ce00-000000000000@contoso.com';
      expect(JSON.parse(seen(session).join(''))).toMatchObject({
        version: '1.0',
        realm: 'contoso.com',
        serviceName: '00000002-0000-0ff1-ce00-000000000000',
        issuer,
        allowedAudiences: [issuer],
        keys: [
          {
            usage: 'signing',
            keyinfo: { x5t: Buffer.from(thumbprint(auth), 'hex').toString('base64url') },
            keyvalue: { type: 'x509Certificate', value: auth },
          },
        ],
        endpoints: [{ location: METADATA, protocol: 'OAuth2', usage: 'metadata' }],
      });
    });

    it('500 where the Auth certificate is not on the server, so that the public name fails', async () => {
      const session = await enter([download(METADATA)], world => {
        machine(world, EX2).certificates.shift();
      });
      expect(last(session).errors[0]).toContain('(500)');
      const key = await enter([download(METADATA)], world => {
        machine(world, EX2).certificates[0]!.hasPrivateKey = false;
      });
      expect(last(key).errors[0]).toContain('(500)');
    });

    it('a published certificate from the next restart on', async () => {
      const { world } = await enter([STAGE, 'Set-AuthConfig -PublishCertificate -Force'], hasNext);
      expect(await published(world)).toEqual([auth]);
      const restarted = await enter(['Restart-Service -Name W3SVC'], world);
      expect(await published(restarted.world)).toEqual([next, auth]);
    });

    it('a challenge with the partners that each server knows since its restart', async () => {
      const session = await enter([
        PARTNER,
        challenge(EX1),
        'Restart-Service -Name W3SVC',
        challenge(EX1),
        challenge(EX2),
        'Remove-PartnerApplication -Identity Lync -Confirm:$false',
        challenge(EX1),
        'Restart-Service -Name W3SVC',
        challenge(EX1),
      ]);
      const trusted = session.entered.flatMap(({ seen: [header] }) =>
        header?.startsWith('Bearer') ? /trusted_issuers="([^"]*)"/.exec(header)![1]! : [],
      );
      const partner = `${LYNC}@contoso.com`;
      expect(trusted).toEqual(['', partner, '', partner, '']);
      expect(session.entered[1]?.seen[0]).toContain(
        'client_id="00000002-0000-0ff1-ce00-000000000000"',
      );
    });

    it('nothing else', async () => {
      const session = await enter([download(`https://${EX1}/other`)]);
      expect(last(session).errors[0]).toContain('(404)');
    });
  });

  describe('accepts tokens of a partner', () => {
    const issuer = `${LYNC}@contoso.com`;
    const run = `& '${SCRIPT}' -AuthMetadataUrl ${LYNC_URL} -ApplicationType Lync`;
    const restart = 'Restart-Service -Name W3SVC';
    const accepts = (world: World, host = EX1, certificate = lync): Promise<boolean> =>
      shell.accepts(world, host, issuer, thumbprint(certificate));

    it('on a server that was restarted after it was made, of its own key', async () => {
      const { world } = await enter([run]);
      expect(await accepts(world)).toBe(false);
      const restarted = await enter([restart], world);
      expect(await accepts(restarted.world)).toBe(true);
      expect(await accepts(restarted.world, EX2)).toBe(false);
      expect(await accepts(restarted.world, EX1, renewed)).toBe(false);
    });

    it('not without an account that holds both roles', async () => {
      const bare = await enter([PARTNER, restart]);
      expect(await accepts(bare.world)).toBe(false);
      const { world } = await enter([run, restart]);
      const roles = objects(world, 'ManagementRoleAssignment');
      roles.splice(
        roles.findIndex(one => one['Name'] === `ArchiveApplication-${ACCOUNT_OF_LYNC}`),
        1,
      );
      expect(await accepts(world)).toBe(false);
    });

    it('not while it is disabled', async () => {
      const { world } = await enter([
        run,
        "Get-PartnerApplication | Where-Object { $_.Name -like 'Lync*' } | ForEach-Object { Set-PartnerApplication -Identity $_.Name -Enabled $false }",
        restart,
      ]);
      expect(await accepts(world)).toBe(false);
    });
  });

  it('is not trusted by a client where its TLS certificate is not', async () => {
    const session = await enter([download(METADATA)], world => {
      world.web['https://autodiscover.contoso.com/']!.untrusted = true;
    });
    expect(last(session).errors[0]).toContain('trust relationship');
  });

  it('reads the document of a partner again only when it is told to', async () => {
    const moved = 'https://other.contoso.lab/metadata/json/1';
    const session = await enter(
      [
        `${PARTNER} | Out-Null`,
        `Set-PartnerApplication -Identity Lync -AuthMetadataUrl ${moved}`,
        '(Get-PartnerApplication -Identity Lync).CertificateStrings',
        'Set-PartnerApplication -Identity Lync -RefreshAuthMetadata',
        '(Get-PartnerApplication -Identity Lync).CertificateStrings',
      ],
      world => void (world.web[moved] = { body: metadata(`${LYNC}@contoso.com`, renewed) }),
    );
    expect(session.entered.map(line => line.seen)).toEqual([[], [], [lync], [], [renewed]]);
    expect(session.entered[3]?.calls[0]?.rows).toEqual(['ex-partner-refresh']);
  });

  describe('is a module of its own, as implicit remoting is', () => {
    it('so that a failing Get does not end a script that stops at errors', async () => {
      const path = script(
        'stop.ps1',
        "$ErrorActionPreference = 'Stop'",
        'Get-PartnerApplication -Identity Lync',
        "Write-Host 'still here'",
        'Get-PartnerApplication -Identity Lync -ErrorAction Stop',
        "Write-Host 'not here'",
      );
      const session = await enter([`& '${path}'`]);
      expect(seen(session)).toEqual(['still here']);
    });

    it('so that -WhatIf of a script does not reach a Set', async () => {
      const path = script(
        'what-if.ps1',
        '[CmdletBinding(SupportsShouldProcess = $true)] param()',
        "Set-AuthConfig -Realm 'changed'",
        'Set-AuthConfig -Realm other -WhatIf:$WhatIfPreference',
      );
      const session = await enter([`& '${path}' -WhatIf`]);
      expect(authConfig(session.world)['Realm']).toBe('changed');
      expect(session.entered[0]?.calls.map(call => call.changed)).toEqual([true, undefined]);
    });

    it('so that objects come back as copies without methods', async () => {
      const session = await enter(['(Get-AuthConfig).PSObject.TypeNames[0]']);
      expect(seen(session)[0]).toMatch(/^Deserialized\./);
    });
  });

  describe("the vendor's script", () => {
    const run = `& '${SCRIPT}' -AuthMetadataUrl ${LYNC_URL} -ApplicationType Lync`;
    const account = ACCOUNT_OF_LYNC;

    it('makes an account, hides it, gives it two roles, and makes a partner', async () => {
      const { world, entered } = await enter([run]);
      expect(entered[0]?.errors).toEqual([]);
      expect(named(world, 'User', account)).toMatchObject({
        AccountDisabled: true,
        HiddenFromAddressListsEnabled: true,
      });
      for (const role of ['UserApplication', 'ArchiveApplication']) {
        expect(named(world, 'ManagementRoleAssignment', `${role}-${account}`)).toBeDefined();
      }
      expect(objects(world, 'PartnerApplication')[2]).toMatchObject({
        Name: expect.stringMatching(/^LyncEnterprise-[0-9a-f]{32}$/) as string,
        LinkedAccount: account,
        ApplicationIdentifier: LYNC,
      });
    });

    it('makes another partner each time', async () => {
      const { world } = await enter([run, run]);
      expect(objects(world, 'PartnerApplication')).toHaveLength(4);
      expect(objects(world, 'User')).toHaveLength(2);
    });

    it('never hides the account when it was broken off after making it', async () => {
      const made = calls.length;
      const broken = await enter([run], undefined, { at: 2, mode: 'interrupt' });
      expect(broken.entered[0]?.interrupted).toBe(true);
      expect(calls[made + 2]?.name).toBe('New-MailUser');
      const again = await enter([run], broken.world);
      expect(named(again.world, 'User', account)).toMatchObject({
        HiddenFromAddressListsEnabled: false,
      });
      expect(objects(again.world, 'PartnerApplication')).toHaveLength(3);
    });

    it('stumbles under strict mode before it has changed anything', async () => {
      const session = await enter(['Set-StrictMode -Version 2.0', run]);
      expect(last(session).errors.join()).toContain('preferredDomainController');
    });

    it('goes on in a scope of its own without strict mode', async () => {
      const session = await enter([
        'Set-StrictMode -Version 2.0',
        `& { Set-StrictMode -Off; ${run} }`,
      ]);
      expect(last(session).errors).toEqual([]);
    });
  });

  describe('its table of behaviours', () => {
    it('has a name and a source in every row, and no row twice', () => {
      expect(
        ROWS.filter(row => !row.id.startsWith('ex-') || !row.behaviour || !row.source),
      ).toEqual([]);
      expect(new Set(ROWS.map(row => row.id)).size).toBe(ROWS.length);
    });

    it('has no row that no call here meets', () => {
      const met = new Set(calls.flatMap(call => call.rows ?? []));
      expect(ROWS.map(row => row.id).filter(id => !met.has(id))).toEqual([]);
    });

    it('names the command of every row', () => {
      const commands = new Map(ROWS.map(row => [row.id, row.command]));
      const foreign = calls.flatMap(call =>
        (call.rows ?? []).filter(row => ![call.name, '*'].includes(commands.get(row) ?? '')),
      );
      expect(foreign).toEqual([]);
    });

    it('has a refusal of every command, and it is met here', () => {
      const refusing = new Set(calls.flatMap(call => (call.refused ? [call.name] : [])));
      const commands = new Set(ROWS.map(row => row.command).filter(command => command !== '*'));
      expect([...commands].filter(command => !refusing.has(command))).toEqual([]);
    });

    it('was not needed to hide a defect of the simulation', () => {
      expect(calls.filter(call => call.bug)).toEqual([]);
    });
  });
});

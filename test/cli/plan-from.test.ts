import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { bench, type Bench } from '../support/cli.ts';
import { evidenceBody, sealed, type Read } from '../support/evidence.ts';

const LYNC: Read = {
  family: 'skype-for-business-server',
  host: 'FE01',
  build: '5.0.8308.1182',
  at: new Date().toISOString(),
  objects: {
    'Get-CsCertificate': [],
    'Get-CsOAuthConfiguration': [
      {
        ServiceName: '00000004-0000-0ff1-ce00-000000000000',
        Realm: 'litwareinc.com',
        ExchangeAutodiscoverUrl: 'https://autodiscover.litware.com/autodiscover/autodiscover.svc',
        ExchangeAutodiscoverAllowedDomains: '*.litware.com',
      },
    ],
    'Get-CsPartnerApplication': [
      {
        Identity: 'Exchange',
        AuthToken: 'Value=https://autodiscover.litware.com/autodiscover/metadata/json/1',
        ApplicationIdentifier: '00000002-0000-0ff1-ce00-000000000000',
        Realm: 'litware.com',
        ApplicationTrustLevel: 'Full',
        AcceptSecurityIdentifierInformation: false,
        Enabled: true,
      },
    ],
    'Get-CsUserServicesPolicy': [
      { Identity: 'Tag:Sales', UcsAllowed: false },
      { Identity: 'Global', UcsAllowed: true },
    ],
  },
};

/** A project with its keys, and what was read on one of its servers. */
function estate(read: Read = LYNC): Bench & { readonly from: string } {
  const project = bench('lync-exchange');
  const folder = join(project.folder, 'evidence', 'evidence-fe01');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'envelope.json'), sealed(evidenceBody(read)));
  expect(project.run(['keys', 'prepare']).exit).toBe(0);
  return { ...project, from: 'evidence' };
}

function planOf({ run, from }: ReturnType<typeof estate>): Plan {
  return JSON.parse(run(['plan', '--from', from, '--format', 'json']).out) as Plan;
}

function stateOf({ folder }: Bench): Snapshot {
  return JSON.parse(readFileSync(join(folder, '.concordat/state.json'), 'utf8')) as Snapshot;
}

describe('plan --from and apply --from', () => {
  it('measure against what servers hold, record it as verified, and have nothing to do then', () => {
    const project = estate();
    const first = planOf(project);
    const actions = Object.fromEntries(first.changes.map(one => [one.address, one.actions]));
    expect(actions).toMatchObject({
      'partner/lync/exchange': ['keep'],
      'oauth-settings/lync': ['keep'],
      'feature/lync/unified-contact-store': ['keep'],
      'partner/exchange/lync': ['ensure'],
    });
    expect(first.digests.evidence.at(-1)?.file).toBe('evidence-fe01');
    const unread = first.diagnostics.filter(({ code }) => code === 'evidence/none');
    expect(unread.map(({ detail }) => detail)).toEqual([
      'nothing was read of exchange: what is recorded of it counts',
    ]);

    const grant = `--allow-widening=${first.checksum ?? ''}`;
    expect(project.run(['apply', '--from', project.from, grant]).exit).toBe(0);
    const standings = Object.fromEntries(
      stateOf(project).resources.map(({ address, standing }) => [address, standing]),
    );
    expect(standings).toMatchObject({
      'partner/lync/exchange': 'verified',
      'partner/exchange/lync': 'rendered',
    });
    const again = project.run(['plan', '--from', project.from, '--detailed-exitcode']);
    expect(again.exit).toBe(0);
    expect(project.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  });

  it('see what somebody changed by hand, and say how it was', () => {
    const [partner] = LYNC.objects['Get-CsPartnerApplication'] ?? [];
    const changed = { ...partner, ApplicationTrustLevel: 'User' };
    const objects = { ...LYNC.objects, 'Get-CsPartnerApplication': [changed] };
    const project = estate({ ...LYNC, objects });
    const { changes, trust } = planOf(project);
    const change = changes.find(one => one.address === 'partner/lync/exchange');
    expect(change?.actions).toEqual(['update']);
    expect(change?.because[0]).toEqual({ code: 'changed/level', text: 'level: "User" -> "Full"' });
    const edge = trust.edges.find(one => one.address === 'edge/lync/exchange');
    expect([edge?.before?.['level'], edge?.reading]).toEqual(['user', 'widens']);
  });

  it('bind a saved plan to the evidence', () => {
    const project = estate();
    expect(project.run(['plan', '--from', project.from, '--out', 'a.plan']).exit).toBe(0);
    const checksum = planOf(project).checksum ?? '';
    const words = ['apply', '--plan', 'a.plan', `--allow-widening=${checksum}`];
    const without = project.run(words);
    expect([without.exit, without.err.includes('the evidence has changed')]).toEqual([8, true]);
    const elsewhere = join(project.folder, project.from, 'evidence-fe01');
    expect(project.run([...words, '--from', elsewhere]).exit).toBe(0);
  });

  it.each([
    ['a folder that is none', 'nowhere', 'nowhere is not there'],
    ['a file that is none', 'topology.yaml', 'it is not whole JSON'],
  ])('refuse %s and write nothing', (_, from, text) => {
    const project = estate();
    const refused = project.run(['plan', '--from', from, '--out', 'a.plan']);
    expect(refused.exit).toBe(5);
    expect(refused.err).toContain(text);
    expect(refused.err).not.toContain('    at ');
    expect(project.run(['show', 'a.plan']).exit).not.toBe(0);
  });

  it('refuse where two servers sign with different certificates, unless it is waived', () => {
    const project = estate();
    const file = join(project.folder, 'topology.yaml');
    const text = readFileSync(file, 'utf8');
    const other = join(project.folder, 'evidence', 'evidence-fe02');
    mkdirSync(other);
    const objects = { 'Get-CsCertificate': [{ Thumbprint: 'A'.repeat(40) }] };
    const at = new Date(Date.now() - 60_000).toISOString();
    const read = { ...LYNC, host: 'FE02', at, objects };
    writeFileSync(join(other, 'envelope.json'), sealed(evidenceBody(read)));
    const refused = project.run(['plan', '--from', project.from]);
    expect(refused.exit).toBe(5);
    expect(refused.err).toContain('[certificate/differs]');
    expect(refused.err).toContain('evidence/beside');
    // It is shown all the same, and both readings are what it was measured against.
    const { checksum, digests } = planOf(project);
    expect(checksum).toBeNull();
    const files = digests.evidence.map(one => one.file).filter(one => one.startsWith('evidence-'));
    expect(files).toEqual(['evidence-fe01', 'evidence-fe02']);

    const waiver = `{ rule: R09, address: certificate/lync, reason: new server, until: '2999-01-01' }`;
    writeFileSync(file, `${text}\nwaivers: [${waiver}]\n`);
    expect(project.run(['validate', '--strict']).err).not.toContain('waiver/');
    expect(project.run(['plan', '--from', project.from]).exit).toBe(0);
    expect(planOf(project).checksum).not.toBeNull();
  });

  it('use nothing of evidence that is damaged', () => {
    const project = estate();
    writeFileSync(join(project.folder, 'evidence/evidence-fe01/envelope.json'), '{"kind": 1');
    const refused = project.run(['plan', '--from', project.from]);
    expect([refused.exit, refused.out]).toEqual([5, '']);
    expect(refused.err).toContain(
      'evidence/evidence-fe01: envelope.json: line 1, column 11: it is not whole JSON',
    );
  });
});

import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Status, StatusStep } from '../../src/index.ts';
import { bench, call, LATER, type Bench } from '../support/cli.ts';
import { published } from '../support/published.ts';
import { leaveReceipt, type Ran } from '../support/receipts.ts';

const isStatus = published('status');
const AT = ['--at', '2030-01-10'];
const EX1 = 'ex1.corp.northwindtraders.com';
const EX2 = 'ex2.corp.northwindtraders.com';

/** The example as it was applied once; every test works on a copy. */
const first = bench('skype-exchange-se');
beforeAll(() => grant(first));

/** Applies whatever there is to apply. */
function grant(project: Bench): void {
  const { out } = project.run(['plan', '--format', 'json']);
  const { checksum } = JSON.parse(out) as { checksum: string };
  const granted = [`--allow-widening=${checksum}`, `--allow-mass-change=${checksum}`];
  const { exit, err } = project.run(['apply', '--auto-approve', ...granted]);
  expect(exit, err).toBe(0);
}

/** A copy of what was applied, with what a test does to it. */
function applied() {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  cpSync(first.folder, folder, { recursive: true });
  const project: Bench = { folder, run: (words, env) => call(words, folder, env) };
  return {
    ...project,
    apply: () => grant(project),
    ran: (script: string, more: Omit<Ran, 'script'> = {}) =>
      leaveReceipt(folder, { script, ...more }),
    edit: (from: string, to: string) => {
      const file = join(folder, 'topology.yaml');
      const text = readFileSync(file, 'utf8');
      expect(text.split(from)).toHaveLength(2);
      writeFileSync(
        file,
        text.replace(from, () => to),
      );
    },
  };
}

/** The status as a program reads it: what is printed is always one of the published form. */
function read(project: Bench, at: readonly string[] = AT): Status {
  const { exit, out, err } = project.run(['status', ...at, '--format', 'json']);
  expect([exit, err]).toEqual([0, '']);
  const status = JSON.parse(out) as Status;
  expect(isStatus(status), JSON.stringify(isStatus.errors)).toBe(true);
  return status;
}

/** One line a step: number, status and what it waits for. */
const outline = ({ steps }: Status): string[] =>
  steps.map(({ number, status, deployment, waits_for: after }) =>
    `${number} ${deployment} ${status}${after.length > 0 ? ` after ${after.join(' ')}` : ''}`.trim(),
  );

/** The steps as the table of a runbook has them. */
const tableOf = ({ steps }: Status): unknown[] =>
  steps.map(one => [one.number, one.deployment, one.title, one.script]);

/** The table of steps in the runbook that was written. */
function runbookTable({ folder }: Bench): unknown[] {
  const runbook = readFileSync(join(folder, 'artifacts/RUNBOOK.md'), 'utf8');
  const listed = [...runbook.matchAll(/^\| (\d+) \| `(.+)` \| (.+) \| `(.+)` \|$/gm)];
  return listed.map(([, number, side, title, script]) => [
    Number(number),
    side,
    title,
    script?.replaceAll('\\', '/'),
  ]);
}

const stepOf = ({ steps }: Status, script: string): StatusStep => {
  const step = steps.find(one => one.script === script);
  if (!step) throw new Error(`no step runs ${script}`);
  return step;
};

/** Every script up to the partners, in their order. */
const UP_TO_PARTNERS = [
  'exchange/scripts/10-certificate.ps1',
  'skype/scripts/10-certificate.ps1',
  'exchange/scripts/20-oauth-settings.ps1',
  'skype/scripts/20-oauth-settings.ps1',
  'skype/scripts/30-contact-store.ps1',
  'exchange/scripts/40-partner-skype.ps1',
  'skype/scripts/40-partner-exchange.ps1',
];

describe('concordat status', () => {
  it('before the first apply says what to do, and shows the certificates', () => {
    const project = bench('skype-exchange-se');
    const { exit, out } = project.run(['status', ...AT], { COLUMNS: '80' });
    expect(exit).toBe(0);
    expect(out).toBe(
      [
        'northwind: state serial 0, as of 2030-01-10T00:00:00Z',
        '',
        'Certificates:',
        '  certificate/exchange  ends 2031-01-12, 367 days left  CN=Microsoft Exchange',
        '                        Server Auth Certificate',
        '  certificate/skype     ends 2034-03-02, 1512 days left  CN=northwindtraders.com',
        '',
        'Next: concordat apply; nothing was applied yet, so there are no steps',
        '',
      ].join('\n'),
    );
    expect(read(project)).toMatchObject({ serial: 0, pending: true, steps: [], next: [] });
    const last = project.run(['status', '--at', '2031-01-11']).out;
    expect(last).toContain('certificate/exchange  ends 2031-01-12, 1 day left ');
  });

  it('asks for keys that are made here before it asks for an apply', () => {
    const project = bench('lync-exchange');
    const next = () => project.run(['status']).out.split('\nNext: ')[1];
    const apply = 'concordat apply; nothing was applied yet, so there are no steps\n';
    const prepare = 'concordat keys prepare; an apply needs the keys that are made here\n';
    expect(next()).toBe(`${prepare}      ${apply}`);
    expect(project.run(['keys', 'prepare']).exit).toBe(0);
    expect(next()).toBe(apply);
  });

  it('follows the runbook from the first step to the last, receipt by receipt', () => {
    const project = applied();
    const first = read(project);
    expect(tableOf(first)).toEqual(runbookTable(project));
    expect(outline(first)).toEqual([
      '1 exchange next',
      '2 skype next',
      '3 exchange waiting after 1 2',
      '4 skype waiting after 1 2',
      '5 skype waiting after 1 2 3 4',
      '6 exchange waiting after 1 2 3 4 5',
      '7 skype waiting after 1 2 3 4 5',
      '8 exchange waiting after 1 2 3 4 5 6 7',
      '9 skype waiting after 1 2 3 4 5 6 7 8',
      '10 exchange untold after 1 2 3 4 5 6 7 8 9',
      '11 skype untold after 1 2 3 4 5 6 7 8 9',
    ]);
    expect(first.next).toEqual([1, 2]);

    for (const script of UP_TO_PARTNERS) project.ran(script);
    const reported = read(project);
    expect(reported.steps.slice(0, 7).map(one => [one.status, one.recorded])).toEqual(
      Array.from({ length: 7 }, () => ['done', false]),
    );
    expect(reported.next).toEqual([8]);

    expect(project.run(['record'], LATER).exit).toBe(0);
    const restart = { finished: '2030-01-02T09:00:00.0000000Z' };
    project.ran('exchange/scripts/50-restart.ps1', { host: EX1, ...restart });
    expect(stepOf(read(project), 'exchange/scripts/50-restart.ps1')).toMatchObject({
      status: 'next',
      remaining: [EX2],
    });
    const later = { finished: '2030-01-02T09:10:00.0000000Z' };
    project.ran('exchange/scripts/50-restart.ps1', { host: 'EX2', ...later });
    expect(read(project).next).toEqual([9]);

    project.ran('skype/scripts/60-exchange-archiving.ps1', { finished: '2030-01-02T10:00:00Z' });
    expect(project.run(['record'], LATER).exit).toBe(0);
    const last = read(project);
    expect(last.next).toEqual([]);
    expect(last.steps.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 9 }, () => 'done'),
      'untold',
      'untold',
    ]);
    const { out } = project.run(['status', ...AT]);
    expect(out).toMatch(/\nNext: nothing; every step that leaves a receipt is done\n$/);
  });

  it('tells people who ran what where, what is reported, and whose turn it is', () => {
    const project = applied();
    project.ran('exchange/scripts/10-certificate.ps1', { host: EX1, result: 'unchanged' });
    const because = ['--reason', 'seen on the server on Monday'];
    expect(project.run(['state', 'confirm', 'certificate/skype', ...because]).exit).toBe(0);
    project.ran('exchange/scripts/20-oauth-settings.ps1', { host: EX2, result: 'failed' });
    const { out } = project.run(['status', ...AT], { COLUMNS: '80' });
    expect(out.replace(/by hand at \S+:/, 'by hand at TIME:')).toBe(
      [
        'northwind: state serial 2, as of 2030-01-10T00:00:00Z',
        '',
        'Steps (1 done, 1 confirmed, 1 failed, 1 next, 5 waiting, 2 untold):',
        '   1  done       exchange  AuthConfig certificate',
        `                 unchanged on ${EX1} by CORP\\ops at`,
        '                 2030-01-02T08:00:12Z',
        '                 reported, not recorded yet: concordat record',
        '   2  confirmed  skype     OAuthTokenIssuer certificate',
        '                 by hand at TIME: seen on the server on Monday',
        '   3  failed     exchange  AuthConfig',
        `                 failed on ${EX2} by CORP\\ops at`,
        '                 2030-01-02T08:00:12Z',
        '                 read its output on that server, mend the cause, run it again',
        '   4  next       skype     CsOAuthConfiguration',
        '   5  waiting    skype     gate: contact-store',
        '                 after 3-4',
        '   6  waiting    exchange  PartnerApplication for skype',
        '                 after 3-5',
        '   7  waiting    skype     CsPartnerApplication for exchange',
        '                 after 3-5',
        '   8  waiting    exchange  restart, server by server',
        '                 after 3-7',
        '   9  waiting    skype     Archiving to Exchange',
        '                 after 3-8',
        '  10  untold     exchange  live check',
        '                 cannot be told: it leaves no receipt',
        '                 after 3-9',
        '  11  untold     skype     live check',
        '                 cannot be told: it leaves no receipt',
        '                 after 3-9',
        '',
        'Certificates:',
        '  certificate/exchange  ends 2031-01-12, 367 days left  CN=Microsoft Exchange',
        '                        Server Auth Certificate',
        '  certificate/skype     ends 2034-03-02, 1512 days left  CN=northwindtraders.com',
        '',
        'Checks of the runbook, of which nothing can be told:',
        '  skype     Test-CsExStorageConnectivity -SipUri',
        "            'sip:s2s-probe@northwindtraders.com'",
        '  exchange  Get-ClientAccessServer | Format-List -Property Name,',
        '            AutoDiscoverServiceInternalUri',
        '',
        'Next: concordat record; reported, not recorded: 1',
        '      exchange (Organization Management) runs',
        '      exchange/scripts/20-oauth-settings.ps1 on one Mailbox server, once, in',
        '      Exchange Management Shell',
        '      skype (CsAdministrator or RTCUniversalServerAdmins) runs',
        '      skype/scripts/20-oauth-settings.ps1 on one Front End Server, once, in',
        '      Skype for Business Server Management Shell',
        '',
      ].join('\n'),
    );
  });

  it('does not take a state that is missing for a first run', () => {
    const project = applied();
    rmSync(join(project.folder, '.concordat/state.json'));
    const { exit, out, err } = project.run(['status']);
    expect([exit, out, err]).toEqual([8, '', expect.stringContaining('[state/missing]')]);
  });

  it('writes nothing', () => {
    const project = applied();
    project.ran('skype/scripts/10-certificate.ps1');
    const before = readdirSync(project.folder, { recursive: true, encoding: 'utf8' }).sort();
    const state = readFileSync(join(project.folder, '.concordat/state.json'));
    read(project);
    expect(project.run(['status', '--for', 'skype', ...AT]).exit).toBe(0);
    expect(readdirSync(project.folder, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      before,
    );
    expect(readFileSync(join(project.folder, '.concordat/state.json'))).toEqual(state);
  });
});

it('tells all that it knows also when a certificate has ended, and names that', () => {
  const project = applied();
  const late = ['--at', '2031-02-01'];
  const { exit, out, err } = project.run(['status', ...late]);
  expect([exit, err]).toEqual([0, expect.stringContaining('[certificate/ended]')]);
  expect(out).toContain('certificate/exchange  ends 2031-01-12, 20 days ago');
  expect(out).toMatch(/\nNext: exchange /);
  const status = JSON.parse(project.run(['status', ...late, '--format', 'json']).out) as Status;
  expect(isStatus(status)).toBe(true);
  expect(status).toMatchObject({ pending: false, findings: [{ code: 'certificate/ended' }] });
  expect(tableOf(status)).toEqual(runbookTable(project));
  expect(project.run(['plan', ...late]).exit).toBe(5);
});

describe('a topology that was changed and not applied', () => {
  const rename = (project: ReturnType<typeof applied>): void => {
    project.edit('  skype:', '  chat:');
    project.edit('- mutual: [skype, exchange]', '- mutual: [chat, exchange]');
    project.edit('between: [skype, exchange]', 'between: [chat, exchange]');
  };
  const moved = '\nmoved: [{ from: skype, to: chat }]\n';

  it.each([
    ['says so', moved],
    ['says nothing of it', ''],
  ])('leaves every step where the runbook has it: a rename that %s', (_, more) => {
    const project = applied();
    const before = read(project);
    rename(project);
    appendFileSync(join(project.folder, 'topology.yaml'), more);
    const after = read(project);
    expect(after.pending).toBe(true);
    expect(tableOf(after)).toEqual(runbookTable(project));
    expect([after.steps, after.checks]).toEqual([before.steps, before.checks]);
    const page = project.run(['status', '--for', 'skype', ...AT]).out;
    for (const words of [
      '70-live-check.ps1',
      '`Test-CsExStorageConnectivity`',
      '| `skype` | `http',
    ])
      expect(page).toContain(words);
  });

  it('leaves them there where a deployment is gone; only its servers are not known then', () => {
    const project = applied();
    const whole = readFileSync(join(project.folder, 'topology.yaml'), 'utf8');
    project.edit(whole.slice(whole.indexOf('  exchange:'), whole.indexOf('    linked')), OTHER);
    project.edit(whole.slice(whole.indexOf('partners:')), 'partners: []\n');
    project.edit('{ for: exchange, ', '{ for: other, ');
    project.edit('mail: { acceptedDomains: { default: northwindtraders.com', MAIL);
    const after = read(project);
    expect(tableOf(after)).toEqual(runbookTable(project));
    expect(stepOf(after, 'exchange/scripts/50-restart.ps1').servers).toEqual([]);
  });
});

const MAIL = 'mail: { acceptedDomains: { default: other.example';
const OTHER = `  other:
    product: exchange-server-se
    realm: mail
    servers:
      - { fqdn: x.corp.example, site: Berlin, build: 15.2.2562.17, os: windows-server-2022 }
    namespaces:
      autodiscover: autodiscover.example.com
      ews: { internal: mail.example.com, external: mail.example.com }
`;

describe('what is awaited', () => {
  const partner = 'skype/scripts/40-partner-exchange.ps1';

  it('is a step and no change, until a receipt or a person says that it is there', () => {
    const project = applied();
    const plan = project.run(['plan', '--detailed-exitcode']);
    expect(plan.exit).toBe(0);
    expect(plan.out).toMatch(/no receipt has come back yet:\n(.*\n)* {2}partner\/skype\/exchange /);
    expect(stepOf(read(project), partner).status).toBe('waiting');
    project.ran(partner);
    expect(project.run(['plan']).out).toContain('  partner/skype/exchange ');
    expect(stepOf(read(project), partner)).toMatchObject({ status: 'done', recorded: false });
    expect(project.run(['record'], LATER).out).toContain('partner/skype/exchange  deployed');
    expect(project.run(['plan']).out).not.toContain('  partner/skype/exchange ');
    expect(stepOf(read(project), partner)).toMatchObject({ status: 'done', recorded: true });
  });

  it('must run again when it is declared otherwise, but not before that is applied', () => {
    const project = applied();
    for (const script of UP_TO_PARTNERS) project.ran(script);
    expect(project.run(['record'], LATER).exit).toBe(0);
    project.edit('- mutual: [skype, exchange]', LEVELLED);
    const pending = read(project);
    expect(pending.pending).toBe(true);
    expect(stepOf(pending, partner).status).toBe('done');
    expect(project.run(['status', ...AT]).out).toContain('not applied: concordat plan');
    project.apply();
    const step = stepOf(read(project), partner);
    expect(step).toMatchObject({ status: 'changed', waits_for: [] });
    expect(read(project).next).toContain(step.number);
    project.ran(partner, { result: 'updated', finished: '2030-01-03T08:00:00Z' });
    expect(stepOf(read(project), partner)).toMatchObject({ status: 'done', recorded: false });
  });

  it('is open again when it was taken back', () => {
    const project = applied();
    for (const script of UP_TO_PARTNERS) project.ran(script);
    project.run(['record'], LATER);
    project.ran('skype/undo/40-partner-exchange.ps1', {
      result: 'removed',
      finished: '2030-01-03T08:00:00Z',
    });
    const step = stepOf(read(project), partner);
    expect(step).toMatchObject({ status: 'next', recorded: false });
    expect(step.runs).toMatchObject([{ script: 'skype/undo/40-partner-exchange.ps1' }]);
    project.run(['record'], LATER);
    expect(stepOf(read(project), partner)).toMatchObject({ status: 'next', recorded: true });
  });

  it('asks for a restart after the last change, as the script itself does', () => {
    const project = applied();
    const restart = 'exchange/scripts/50-restart.ps1';
    for (const script of UP_TO_PARTNERS) project.ran(script);
    project.ran(restart, { host: EX1, finished: '2030-01-02T07:00:00.0000000Z' });
    project.ran(restart, { host: EX2, finished: '2030-01-02T07:30:00.0000000Z' });
    expect(stepOf(read(project), restart).status).toBe('changed');
    project.ran(restart, { host: EX1, finished: '2030-01-02T09:00:00.0000000Z' });
    expect(stepOf(read(project), restart)).toMatchObject({ status: 'next', remaining: [EX2] });
  });
});

it('tells an early restart from the one after the partners, though both run one script', () => {
  const project = bench('lync-exchange');
  expect(project.run(['keys', 'prepare']).exit).toBe(0);
  grant(project);
  const restart = 'exchange/scripts/50-restart.ps1';
  // Its certificates are made today, and would have ended in 2030.
  const today = Date.now();
  const minute = (n: number): string => new Date(today + n * 60_000).toISOString();
  const ran = (script: string, n: number, host = 'ex01') =>
    leaveReceipt(project.folder, { script, finished: minute(n), host });
  const restarts = () =>
    read(project, [])
      .steps.filter(({ script }) => script === restart)
      .map(({ status, runs }) => `${status}, ${runs.length} run`);
  for (const side of ['exchange', 'lync']) {
    ran(`${side}/scripts/10-certificate.ps1`, 0);
    ran(`${side}/scripts/20-oauth-settings.ps1`, 1);
  }
  expect(restarts()).toEqual(['next, 0 run', 'waiting, 0 run']);
  ran(restart, 2);
  expect(restarts()).toEqual(['done, 1 run', 'waiting, 0 run']);
  ran('exchange/scripts/40-partner-lync.ps1', 3);
  ran('lync/scripts/40-partner-exchange.ps1', 4);
  expect(restarts()).toEqual(['done, 1 run', 'changed, 1 run']);
  ran(restart, 5);
  expect(restarts()).toEqual(['done, 1 run', 'done, 1 run']);
  ran('lync/scripts/60-unified-contact-store.ps1', 6);
  expect(project.run(['record']).exit).toBe(0);
  rmSync(join(project.folder, 'receipts'), { recursive: true });
  expect(restarts()).toEqual(['untold, 0 run', 'untold, 0 run']);
  const { out } = project.run(['status']);
  expect(out).toContain('cannot be told: no receipt of it is here, and what goes with it is done');
  const since = `${minute(3).slice(0, 19)}Z`;
  expect(out).toContain(`recorded since ${since}; its receipt is not here`);
});

const LEVELLED = [
  '- { acceptor: exchange, issuer: skype }',
  '  - { acceptor: skype, issuer: exchange, acceptSecurityIdentifiers: true }',
].join('\n');

describe('a removal', () => {
  const removal = 'skype/scripts/90-remove-partner-exchange.ps1';
  const leave = (project: ReturnType<typeof applied>): void => {
    for (const script of UP_TO_PARTNERS) project.ran(script);
    project.run(['record'], LATER);
    project.edit(ARCHIVING, 'unified-contact-store: off');
    project.edit('- mutual: [skype, exchange]', '- { acceptor: exchange, issuer: skype }');
    project.apply();
  };

  it('is a step until its receipt is recorded, and then nothing is left of it', () => {
    const project = applied();
    leave(project);
    expect(project.run(['state', 'list']).out).toMatch(/partner\/skype\/exchange +removing/);
    const switched = 'skype/scripts/90-remove-feature-exchange-archiving.ps1';
    const { number } = stepOf(read(project), switched);
    expect(stepOf(read(project), removal)).toMatchObject({
      does: 'remove',
      status: 'waiting',
      waits_for: [number],
    });
    expect(project.run(['status', ...AT]).out).toContain('still on the server, as far as known');
    project.ran(switched, { result: 'removed', finished: '2030-01-04T07:00:00Z' });
    expect(stepOf(read(project), removal).status).toBe('next');
    project.ran(removal, { result: 'removed', finished: '2030-01-04T08:00:00Z' });
    const reported = read(project);
    expect(stepOf(reported, removal)).toMatchObject({ status: 'done', recorded: false });
    expect(project.run(['record'], LATER).out).toMatch(/^partner\/skype\/exchange +gone /m);
    expect(project.run(['state', 'list']).out).not.toContain('partner/skype/exchange');
    const gone = read(project);
    expect(gone.steps.map(({ script }) => script)).not.toContain(removal);
    // The scripts that did it are still written: one more apply clears them away.
    expect(gone.pending).toBe(true);
    project.apply();
    expect(read(project).pending).toBe(false);
  });

  it('leaves the restart to be done that makes servers forget, also once it is recorded', () => {
    const project = applied();
    const whole = readFileSync(join(project.folder, 'topology.yaml'), 'utf8');
    project.edit(whole.slice(whole.indexOf('partners:')), 'partners: []\n');
    project.apply();
    const going = ['feature-exchange-archiving', 'partner-exchange', 'settings-contact-store']
      .map(name => `skype/scripts/90-remove-${name}.ps1`)
      .concat('exchange/scripts/90-remove-partner-skype.ps1');
    expect(read(project).steps.map(({ script }) => script)).toEqual(
      expect.arrayContaining([...going, 'exchange/scripts/50-restart.ps1']),
    );
    for (const script of going) project.ran(script, { result: 'removed' });
    expect(project.run(['record'], LATER).exit).toBe(0);
    const left = read(project);
    expect(left.steps.map(({ script }) => script)).toEqual(['exchange/scripts/50-restart.ps1']);
    expect(left.next).toEqual([1]);
  });

  it('is over when a person says so', () => {
    const project = applied();
    leave(project);
    const word = ['--reason', 'the server was scrapped'];
    expect(project.run(['state', 'confirm', 'partner/skype/exchange', ...word]).exit).toBe(0);
    expect(read(project).steps.map(({ script }) => script)).not.toContain(removal);
  });
});

const ARCHIVING = `exchange-archiving:
        configuration: global
        mode: ImOnly
        policies: { Legal: { internal: true, external: true } }
      unified-contact-store: off`;

describe('receipts that cannot be believed', () => {
  it('are named, and everything else is told', () => {
    const project = applied();
    project.ran('skype/scripts/10-certificate.ps1');
    const place = (name: string) => join(project.folder, 'receipts', name);
    const foreign = { topology: 'fabrikam' };
    const other = project.ran('skype/scripts/20-oauth-settings.ps1', { more: foreign });
    writeFileSync(place('half.json'), readFileSync(place(other)).subarray(0, 99));
    writeFileSync(place('note.json'), '{"note":"not a receipt"}');
    const { exit, out, err } = project.run(['status', ...AT]);
    expect(exit).toBe(0);
    expect(out).toMatch(/^ {3}2 {2}done /m);
    expect(out).toMatch(/^ {3}4 {2}waiting /m);
    expect(out).toMatch(/\nNext: concordat record, when the receipts named as errors are mended/);
    for (const [file, code] of [
      [other, 'receipt/foreign'],
      ['half.json', 'receipt/damaged'],
      ['note.json', 'receipt/format'],
    ] as const) {
      expect(err).toContain(`[${code}]\n  ${file}: `);
    }
    const { receipts, findings } = JSON.parse(
      project.run(['status', ...AT, '--format', 'json']).out,
    ) as Status;
    expect(receipts).toEqual({ files: 4, read: 1 });
    expect(findings.map(({ code }) => code).sort()).toEqual([
      'receipt/damaged',
      'receipt/foreign',
      'receipt/format',
    ]);
  });

  it('count for nothing where the deployment is not the one of the script', () => {
    const project = applied();
    const script = 'skype/scripts/10-certificate.ps1';
    project.ran(script, { more: { deployment: 'exchange' } });
    const { exit, err, out } = project.run(['status', ...AT]);
    expect([exit, err]).toEqual([5, expect.stringContaining('[receipt/other-deployment]')]);
    expect(out).toMatch(/^ {3}2 {2}next /m);
  });

  it('are files: a folder of such a name is passed over, also when receipts are recorded', () => {
    const project = applied();
    project.ran('skype/scripts/10-certificate.ps1');
    mkdirSync(join(project.folder, 'receipts/2030.json'));
    expect(read(project).receipts).toEqual({ files: 1, read: 1 });
    expect(project.run(['record'], LATER).exit).toBe(0);
  });

  it('give exit 5 where a folder holds nothing else, or is not there', () => {
    const project = applied();
    mkdirSync(join(project.folder, 'elsewhere'));
    expect(project.run(['status', '--receipts', 'elsewhere']).exit).toBe(0);
    writeFileSync(join(project.folder, 'elsewhere/a.json'), '{}');
    const { exit, out } = project.run(['status', '--receipts', 'elsewhere']);
    expect(exit).toBe(5);
    expect(out).toContain('Next: exchange');
    const missing = project.run(['status', '--receipts', 'nowhere']);
    expect([missing.exit, missing.err]).toEqual([5, expect.stringContaining('[cli/unreadable]')]);
  });

  it('move no cursor and turn no text', () => {
    const project = applied();
    const evil = { host: 'fe1\u001b[2J\u202e', user: 'CORP\\`ops`\r\n# done' };
    project.ran('skype/scripts/10-certificate.ps1', evil);
    for (const words of [
      ['status', ...AT],
      ['status', '--for', 'skype', ...AT],
    ]) {
      const { out } = project.run(words);
      expect(out).not.toMatch(/[\u001b\u202e\r]|^# done/m);
      expect(out).toContain('fe1<U+001B>[2J<U+202E>');
    }
  });
});

describe('a hand-out', () => {
  it('holds all that one side needs, and nothing that it does not', () => {
    const project = applied();
    project.ran('exchange/scripts/10-certificate.ps1', { host: EX1, result: 'unchanged' });
    const { exit, out } = project.run(['status', '--for', 'skype', ...AT]);
    expect(exit).toBe(0);
    const at = (words: string): number => {
      const index = out.indexOf(words);
      expect(index, words).toBeGreaterThanOrEqual(0);
      return index;
    };
    const order = [
      '# Hand-out for skype: northwind\n',
      '**Before any partner:** Unified contact store of `skype` starts by itself',
      '| 2 | OAuthTokenIssuer certificate | `skype\\scripts\\10-certificate.ps1` | **next** |\n',
      '## Before you begin\n',
      '### 2. skype: OAuthTokenIssuer certificate\n',
      '- Role: CsAdministrator or RTCUniversalServerAdmins\n- Status: **next**\n',
      '- Then tell: `exchange`, whose step 3 (AuthConfig) waits for it\n',
      '.\\skype\\scripts\\10-certificate.ps1 -WhatIf\n',
      'To take it back: `.\\skype\\undo\\10-certificate.ps1`\n',
      '### 4. skype: CsOAuthConfiguration\n',
      '- Wait for: `exchange`, step 1 (AuthConfig certificate); it is: done\n',
      '- Wait for: `exchange`, step 8 (restart, server by server); it is: waiting\n',
      '- Status: cannot be told; it leaves no receipt\n',
      '### skype: `Test-CsExStorageConnectivity`\n',
      '## Send back\n',
      '- `receipts\\skype-40-partner-exchange-*.json`\n',
      '## Digests\n',
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(out).not.toMatch(/exchange\\(scripts|undo|certificates)/);
    const written = readdirSync(join(project.folder, 'artifacts/skype'), { recursive: true })
      .map(name => String(name))
      .filter(name => name.endsWith('.ps1'));
    for (const name of written) expect(out).toContain(name.replaceAll('/', '\\'));
  });

  it('of the other side says what was done, by whom and what to bring', () => {
    const project = applied();
    project.ran('exchange/scripts/10-certificate.ps1', { host: EX1, result: 'unchanged' });
    const { out } = project.run(['status', '--for', 'exchange', ...AT]);
    expect(out).toContain(
      `- Status: done; unchanged on \`${EX1}\` by \`CORP\\ops\` at 2030-01-02T08:00:12Z; ` +
        'the receipt is not recorded yet\n',
    );
    expect(out).toContain(`- On: each of these, one at a time: \`${EX1}\`, \`${EX2}\`\n`);
  });

  it('of nobody is refused with those who have steps (cli/unknown-side)', () => {
    const { exit, out, err } = first.run(['status', '--for', 'skyp']);
    expect([exit, out]).toEqual([5, '']);
    expect(err).toContain('[cli/unknown-side]');
    expect(err).toContain('did you mean skype? steps have exchange, skype');
    const fresh = bench('skype-exchange-se').run(['status', '--for', 'skype']);
    expect([fresh.exit, fresh.err]).toEqual([5, expect.stringContaining('concordat apply')]);
    expect(first.run(['status', '--for', 'skype', '--format', 'json']).exit).toBe(64);
  });
});

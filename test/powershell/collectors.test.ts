import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readClixml } from '../../src/evidence/clixml.ts';
import {
  isRemoteObject,
  type RemoteObject,
  type RemoteValue,
} from '../../src/evidence/remote-object.ts';
import { canonical } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { hasEngine } from '../support/engine.ts';
import { renderExample, type Rendered } from '../support/rendered.ts';
import { freshSigning, inUse, turnsOf, worldAfter } from './cases.ts';
import { collect, collected, collectorAt, type Collected } from './collected.ts';
import {
  base64,
  estateOf,
  FORMER,
  seatAt,
  serversOf,
  sidesOf,
  thumbprintOf,
  type Side,
} from './estate.ts';
import { firstDifference, modesOf } from './runs.ts';
import { storeCertificate } from './servers/exchange.ts';
import { BEHAVIOURS, startShell, type Shell } from './shell.ts';
import { layDown, type Seat } from './stage.ts';
import type { World } from './world.ts';

/** A world but for who sits where, and for its clock, which each look moves. */
function still(world: World): unknown {
  const copy = structuredClone(world);
  // A list that the simulation makes when it looks for what was removed.
  for (const { objects } of Object.values(copy.deployments)) {
    if (objects['Removed']?.length === 0) delete objects['Removed'];
  }
  return { ...copy, clock: '', here: '' };
}

interface Envelope extends JsonObject {
  readonly objects: { command: string; file: string; sha256: string; count: string }[];
  readonly certificates: {
    thumbprint: string;
    file: string;
    sha256: string;
    private_key: string;
    key_storage?: string;
  }[];
  readonly unread: { what: string; because: string }[];
}

const EXAMPLES = ['lync-exchange', 'skype-exchange-se'];

describe.skipIf(!hasEngine).each(EXAMPLES)('%s', example => {
  // The collectors of both are the same, so that each example tries every other fault.
  const share = <One>(all: readonly One[]): readonly One[] =>
    all.filter((_, turn) => turn % EXAMPLES.length === EXAMPLES.indexOf(example));
  let shell: Shell;
  let rendered: Rendered;
  let done: World;
  const states = new Map<string, World>();

  beforeAll(async () => {
    shell = await startShell();
    rendered = await renderExample(example);
    const fresh = estateOf(rendered, freshSigning(rendered));
    done = await worldAfter(layDown(rendered, shell), fresh);
    states.set('fresh', fresh).set('done', done);
    states.set('in use', changed(fresh, inUse)).set('done and in use', changed(done, inUse));
    states.set(
      'ending',
      estateOf(rendered, () => 'ending'),
    );
    states.set(
      'nothing signs',
      estateOf(rendered, () => 'none'),
    );
    states.set('staged', changed(done, staged));
    states.set('staged, shown as two', changed(changed(done, staged), shownAsTwo));
  });
  afterAll(() => shell.close());

  it('brings a whole folder from every server in every state, and changes nothing', async () => {
    for (const [state, world] of states) {
      // The same time goes by where nobody collects anything.
      const idle = (await shell.enter(world, [])).world;
      for (const [side, host] of places(rendered)) {
        const seat = seatAt(side, host);
        const run = await collect(shell, world, seat);
        const where = `${state}, ${host}\n${run.entered.seen.join('\n')}`;
        expect(run.entered.errors, where).toEqual([]);
        expect(run.entered.exit, where).toBe(0);
        expect(firstDifference(still(idle), still(run.after)), where).toBe('');
        expect(run.entered.calls.filter(({ changed }) => changed === true)).toEqual([]);
        const { unread } = whole(run, world, seat);
        expect(unread, where).toEqual([]);
        expectStored(run, world, side);
        expectCertificates(run, world, side, host);
      }
    }
  });

  it('says of each command that is refused why, and reads the others', async () => {
    for (const side of sidesOf(rendered)) {
      const seat = seatAt(side);
      const usual = await collect(shell, done, seat);
      const reads = usual.entered.calls.filter(({ kind }) => kind === 'server');
      expect(reads.length).toBeGreaterThan(8);
      const faults = reads.flatMap(call => MODES.map(mode => ({ call, mode })));
      for (const { call, mode } of share(faults)) {
        const run = await collect(shell, done, seat, { fault: { at: call.point, mode } });
        const { unread } = whole(run, done, seat);
        const lost = unread.map(({ what }) => what);
        expect(unread[0]).toEqual({ what: call.name, because: 'a fault of the test' });
        expect(lost).toEqual([call.name, ...(RESTS_ON[call.name] ?? [])]);
        const rest = commandsOf(usual).filter(name => !lost.includes(name));
        expect(commandsOf(run), `${call.name} ${mode}`).toEqual(rest);
      }
    }
  });

  it('takes nothing for whole where a file could not be written', async () => {
    for (const side of sidesOf(rendered)) {
      const seat = seatAt(side);
      const usual = await collect(shell, done, seat);
      const writes = usual.entered.calls
        .filter(call => call.kind !== 'server')
        .flatMap(call => modesOf(call).map(mode => ({ call, mode })));
      for (const { call, mode } of share(writes)) {
        const run = await collect(shell, done, seat, { fault: { at: call.point, mode } });
        const at = `${call.name} ${mode}\n${run.entered.seen.join('\n')}`;
        expect(firstDifference(still(done), still(run.after)), at).toBe('');
        if (run.name !== undefined) whole(run, done, seat);
        else expect(run.entered.interrupted || run.entered.exit === 1, at).toBe(true);
      }
    }
  });

  it('says of a role that is not held which command is not there', async () => {
    for (const side of sidesOf(rendered)) {
      const usual = await collect(shell, done, seatAt(side));
      for (const name of commandsOf(usual)) {
        const other = name === 'Get-ClientAccessService' ? ['Get-ClientAccessServer'] : [];
        const seat: Seat = { ...seatAt(side), lacks: [name, ...other] };
        const run = await collect(shell, done, seat);
        const { unread } = whole(run, done, seat);
        expect(unread[0]?.because).toMatch(
          /^there is no such command here; use the .+, as a member/,
        );
        expect([name, ...other]).toContain(unread[0]?.what);
      }
    }
  });

  it('reads the former of two commands where the later one is not there', async () => {
    const side = sidesOf(rendered).find(({ family }) => family === 'exchange-server')!;
    const seat: Seat = { ...seatAt(side), lacks: ['Get-ClientAccessService'] };
    expect(commandsOf(await collect(shell, done, seat))).toContain('Get-ClientAccessServer');
  });

  it('leaves nothing where nothing can be read: another shell, another product', async () => {
    const [one, two] = sidesOf(rendered) as [Side, Side];
    const elsewhere: Seat = { ...seatAt(one), deployment: null };
    const { commands } = collectorAt(done, seatAt(one));
    const lacks = commands.flatMap(({ command, otherwise }) => [command, otherwise ?? []].flat());
    for (const seat of [
      { ...seatAt(one), lacks },
      { ...seatAt(two), deployment: two.name },
    ]) {
      const run = await collect(shell, done, seat, seat.lacks ? {} : { family: one.family });
      expect(run.entered.exit).toBe(1);
      expect(run.entered.seen.join('\n')).toMatch(/FAILED: nothing could be read\./);
      expect(run.beside).toEqual([]);
    }
    const plain = await collect(shell, done, elsewhere, { family: one.family });
    expect([plain.entered.exit, plain.beside]).toEqual([1, []]);
  });

  it('needs no elevation, no group and no full name of the computer', async () => {
    for (const side of sidesOf(rendered)) {
      const seat: Seat = { ...seatAt(side), elevated: false, groups: [], nameless: true };
      const run = await collect(shell, done, seat);
      const envelope = whole(run, done, { ...seat, host: seat.host.split('.')[0] ?? '' });
      expect(envelope.unread).toEqual([]);
      expect(envelope['build']).toMatch(/^\d+(\.\d+){2,3}$/);
    }
  });

  it('does nothing when it is dot-sourced', async () => {
    const [side] = sidesOf(rendered) as [Side];
    const run = await collect(shell, done, seatAt(side), { before: '. ' });
    expect(run.beside).toEqual([]);
    expect(run.entered.errors.join()).toContain('start this script, do not dot-source it');
  });

  it('names a certificate that is in use and not in the store of this server', async () => {
    // What is replicated to a server of the other family is in its store before anybody looks.
    const side = sidesOf(rendered).find(({ family }) => family === 'exchange-server')!;
    const seat = seatAt(side);
    const nowhere = 'F'.repeat(40);
    const world = changed(done, ({ deployments }) => {
      deployments[side.name]!.objects['AuthConfig']![0]!['NextCertificateThumbprint'] = nowhere;
    });
    const { unread, certificates } = whole(await collect(shell, world, seat), world, seat);
    expect(certificates.length).toBeGreaterThan(0);
    const because = 'it is not in the store LocalMachine\\My of this computer.';
    expect(unread).toEqual([{ what: `certificate ${nowhere}`, because }]);
  });

  it('tells a certificate whose key is elsewhere, and one whose key cannot be copied', async () => {
    const side = sidesOf(rendered).find(({ family }) => family === 'exchange-server')!;
    const seat = seatAt(side);
    for (const key of ['hasPrivateKey', 'exportable'] as const) {
      const world = changed(done, ({ servers }) => {
        for (const one of servers[seat.host]!.certificates) one[key] = false;
      });
      const run = await collect(shell, world, seat);
      const { certificates } = whole(run, world, seat);
      const expected = key === 'hasPrivateKey' ? 'absent' : 'present';
      expect(new Set(certificates.map(one => one.private_key))).toEqual(new Set([expected]));
      const told = picturesIn(run.files, 'Get-ExchangeCertificate');
      const property = key === 'hasPrivateKey' ? 'HasPrivateKey' : 'PrivateKeyExportable';
      expect(told.map(one => String(one.get(property)))).toEqual(certificates.map(() => 'false'));
    }
  });

  it('tells who keeps a key without opening it, or that nothing says it', async () => {
    for (const side of sidesOf(rendered)) {
      const seat = seatAt(side);
      for (const storage of ['csp', 'cng', 'untold'] as const) {
        const world = changed(done, ({ servers }) => {
          for (const one of servers[seat.host]!.certificates) one.keyStorage = storage;
        });
        const { certificates, unread } = whole(await collect(shell, world, seat), world, seat);
        const isTold = storage !== 'untold';
        expect(certificates.map(one => one.key_storage)).toEqual(
          certificates.map(() => (isTold ? storage : undefined)),
        );
        const because = 'nothing says which provider keeps its key.';
        const untold = certificates.map(({ thumbprint }) => ({
          what: `key storage of ${thumbprint}`,
          because,
        }));
        expect(unread).toEqual(isTold ? [] : untold);
      }
    }
  });

  it('meets only behaviours that stand in the table', async () => {
    const known = new Set(BEHAVIOURS.map(({ id }) => id));
    for (const side of sidesOf(rendered)) {
      const { entered } = await collect(shell, done, seatAt(side));
      expect(entered.calls.flatMap(({ rows = [] }) => rows).filter(id => !known.has(id))).toEqual(
        [],
      );
    }
  });

  it('collects the starting state of a case', async () => {
    const stage = layDown(rendered, shell);
    const [turn] = await turnsOf(stage, states.get('fresh')!, /20-/);
    const [seat] = turn?.step.seats ?? [];
    const files = await collected(shell, { start: turn!.start, seat: seat! });
    expect(files.has('envelope.json')).toBe(true);
  });
});

/** How a read can fail: the command ends, or it writes an error and goes on. */
const MODES = ['before', 'instead'] as const;

/** What a command that cannot be read takes with it: whose answer the others rest on. */
const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  'Get-AuthConfig': ['Get-ExchangeCertificate'],
  'Get-PartnerApplication': ['Get-User', 'Get-MailUser', 'Get-ManagementRoleAssignment'],
  'Get-User': ['Get-ManagementRoleAssignment'],
};

/** What the simulated servers store as they print it: command, kind, properties. */
const STORED: Readonly<Record<string, readonly (readonly [string, string, string[]])[]>> = {
  'skype-for-business-server': [
    ['Get-CsSipDomain', 'CsSipDomain', ['Name']],
    ['Get-CsPartnerApplication', 'CsPartnerApplication', ['Identity', 'Realm']],
    ['Get-CsOAuthServer', 'CsOAuthServer', ['Identity', 'MetadataUrl', 'Realm']],
    ['Get-CsArchivingPolicy', 'CsArchivingPolicy', ['Identity']],
    ['Get-CsUserServicesPolicy', 'CsUserServicesPolicy', ['Identity']],
  ],
  'exchange-server': [
    ['Get-ExchangeServer', 'ExchangeServer', ['Name', 'Fqdn', 'AdminDisplayVersion']],
    ['Get-AcceptedDomain', 'AcceptedDomain', ['DomainName']],
    ['Get-AuthServer', 'AuthServer', ['Name', 'Realm', 'IssuerIdentifier']],
    ['Get-PartnerApplication', 'PartnerApplication', ['Name', 'ApplicationIdentifier']],
  ],
};

function changed(world: World, change: (world: World) => void): World {
  const copy = structuredClone(world);
  change(copy);
  return copy;
}

/** The next certificate stands beside the one that signs, on every side. */
function staged({ deployments, servers }: World): void {
  for (const { certificates } of Object.values(servers)) {
    certificates.push(storeCertificate(base64(FORMER.ending)));
  }
  for (const { objects } of Object.values(deployments)) {
    const next = thumbprintOf(FORMER.transport);
    for (const one of objects['AuthConfig'] ?? []) {
      one['NextCertificateThumbprint'] = next;
      one['NextCertificateEffectiveDate'] = '2026-04-01T00:00:00.0000000Z';
    }
    const [current] = objects['CsCertificate'] ?? [];
    if (!current) continue;
    objects['CsCertificate']?.push({
      ...current,
      slot: 'previous',
      Thumbprint: thumbprintOf(FORMER.ending),
      raw: base64(FORMER.ending),
    });
    current['EffectiveDate'] = '2026-04-01T00:00:00.0000000Z';
  }
}

function shownAsTwo({ deployments }: World): void {
  for (const one of Object.values(deployments)) one['stagedShape'] = 'two';
}

/** Every server of every side. */
function places(rendered: Rendered): (readonly [Side, string])[] {
  return sidesOf(rendered).flatMap(side => serversOf(side).map(host => [side, host] as const));
}

/** As many objects of each kind as the servers store, with the values that they store. */
function expectStored({ files }: Collected, world: World, { name, family }: Side): void {
  for (const [command, kind, properties] of STORED[family] ?? []) {
    const stored = world.deployments[name]?.objects[kind] ?? [];
    const from = (one: Readonly<Record<string, unknown>>): string =>
      canonical(properties.map(property => String(one[property] ?? '')));
    const told = picturesIn(files, command).map(one => from(Object.fromEntries(one)));
    expect(told.sort(), command).toEqual(stored.map(from).sort());
  }
}

/** The certificates in use and no other, by their public half, and where their keys are. */
function expectCertificates({ files }: Collected, world: World, side: Side, host: string): void {
  const { certificates } = JSON.parse(
    Buffer.from(files.get('envelope.json') ?? []).toString(),
  ) as Envelope;
  const kept = [...files.keys()].filter(path => path.startsWith('certificates/'));
  expect(kept).toEqual(
    inUseIn(world, side)
      .map(one => `certificates/${one}.cer`)
      .sort(),
  );
  for (const path of kept) {
    const bytes = Buffer.from(files.get(path) ?? []);
    const thumbprint = new X509Certificate(bytes).fingerprint.replaceAll(':', '');
    expect(path).toBe(`certificates/${thumbprint}.cer`);
    const entry = world.servers[host]?.certificates.find(one => one.thumbprint === thumbprint);
    const listed = certificates.find(one => one.thumbprint === thumbprint);
    if (entry) expect(listed?.private_key).toBe(entry.hasPrivateKey ? 'present' : 'absent');
    if (entry) expect(bytes.toString('base64')).toBe(entry.raw);
  }
}

function commandsOf({ files }: Collected): string[] {
  return [...files.keys()].flatMap(path => /^objects\/(.+)\.clixml$/.exec(path)?.[1] ?? []).sort();
}

/** The envelope of a folder in which all is as it says, to the last file. */
function whole(run: Collected, world: World, { host }: Seat): Envelope {
  const { files, name } = run;
  const text = Buffer.from(files.get('envelope.json') ?? []).toString();
  const envelope = JSON.parse(text) as Envelope;
  expect(Object.keys(envelope)).toEqual(MEMBERS);
  const { sha256, ...rest } = envelope;
  expect(text).toBe(`${canonical(envelope)}\n`);
  expect(sha256).toBe(digestOf(canonical(rest)));
  const script = collectorAt(world, { deployment: deploymentAt(world, host), host });
  const stamp = String(envelope['collected_at']).replace(/[-:]|(?<=\.\d{3})\d+|\.(?=\d)/g, '');
  expect(envelope).toMatchObject({
    format_version: '1.0',
    kind: 'concordat/evidence',
    family: script.family,
    script: script.file,
    script_sha256: digestOf(script.bytes),
    host,
    user: world.here.user,
    powershell: expect.stringMatching(/^\d+\.\d+/) as unknown,
  });
  expect(name).toBe(`evidence-${script.family}-${host}-${stamp}`);
  const listed = [...envelope.objects, ...envelope.certificates];
  expect([...files.keys()]).toEqual(['envelope.json', ...listed.map(one => one.file)].sort());
  for (const one of listed) expect(one.sha256, one.file).toBe(digestOf(files.get(one.file)!));
  for (const { command, file, count } of envelope.objects) {
    expect(file).toBe(`objects/${command}.clixml`);
    const facts = script.commands.find(one => [one.command, one.otherwise].includes(command));
    const pictures = picturesIn(files, command);
    expect(pictures.length.toString(), command).toBe(count);
    for (const picture of pictures) {
      expect([...picture.keys()].sort(), command).toEqual([...(facts?.properties ?? [])].sort());
    }
  }
  return envelope;
}

const MEMBERS = [
  'build',
  'certificates',
  'collected_at',
  'family',
  'format_version',
  'host',
  'kind',
  'objects',
  'powershell',
  'script',
  'script_sha256',
  'sha256',
  'unread',
  'user',
];

function deploymentAt({ servers }: World, host: string): string {
  const found = Object.entries(servers).find(([name]) => name.split('.')[0] === host.split('.')[0]);
  return found?.[1].deployment ?? '';
}

function digestOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The pictures of a command: each a table of plain values and lists of them. */
function picturesIn(
  files: ReadonlyMap<string, Uint8Array>,
  command: string,
): Map<string, RemoteValue>[] {
  const read = readClixml(files.get(`objects/${command}.clixml`) ?? new Uint8Array());
  if ('fault' in read) throw new Error(`${command}: ${read.fault.detail}`);
  expect(read.objects).toHaveLength(1);
  const [list] = read.objects;
  if (!isRemoteObject(list) || list.items === null) throw new Error(`${command} is no list`);
  return list.items.map(one => tableOf(one, command));
}

function tableOf(one: RemoteValue, command: string): Map<string, RemoteValue> {
  if (!isRemoteObject(one) || one.entries === null) throw new Error(`${command}: no table`);
  return new Map(
    one.entries.map(({ key, value }) => {
      if (isRemoteObject(value)) expect(plainItems(value), `${command} ${String(key)}`).toBe(true);
      return [String(key), value];
    }),
  );
}

function plainItems({ items }: RemoteObject): boolean {
  return items !== null && items.every(item => !isRemoteObject(item));
}

/** Thumbprints in use on a side, as the simulated servers store them. */
function inUseIn(world: World, { name, family }: Side): string[] {
  const { objects } = world.deployments[name]!;
  const stored =
    family === 'exchange-server'
      ? (objects['AuthConfig'] ?? []).flatMap(one => [
          one['CurrentCertificateThumbprint'],
          one['PreviousCertificateThumbprint'],
          one['NextCertificateThumbprint'],
        ])
      : (objects['CsCertificate'] ?? []).map(one => one['Thumbprint']);
  return [...new Set(stored.map(one => String(one ?? '')).filter(one => one !== ''))];
}

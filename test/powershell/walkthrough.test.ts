import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { call, LATER, type Call } from '../support/cli.ts';
import { hasEngine } from '../support/engine.ts';
import { begin, endOf, followed } from './beginning.ts';
import { inUse } from './cases.ts';
import { collect, collectorAt } from './collected.ts';
import { beginWith, take } from './follow.ts';
import { Office } from './office.ts';
import { startShell, type Shell } from './shell.ts';
import type { World } from './world.ts';

const PAGE = fileURLToPath(new URL('../../docs/walkthrough.md', import.meta.url));
const MORNING = '2030-01-19T08:00:00.0000000Z';

/** What is typed on the jump host, and what it answers, as the page shows both. */
class JumpHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'concordat-walk-'));
  readonly blocks: string[] = [];
  now = '2030-01-19T08:30:00Z';

  /** Types a command that must end well; what it tells beside its product is shown `aloud`. */
  type(line: string, aloud = false): Call {
    const done = call(line.split(' ').slice(1), this.folder, { ...LATER, LATER: this.now });
    expect(done.exit, `${line}\n${done.out}${done.err}`).toBe(0);
    this.blocks.push(`$ ${line}\n${done.out}${aloud ? done.err : ''}`.trimEnd());
    return done;
  }

  /** The blocks since the last time, without what differs from run to run. */
  shown(): string {
    const text = this.blocks
      .splice(0)
      .join('\n\n')
      .replaceAll(this.folder, '/srv/northwind')
      .replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b(?!@)/g, '…');
    return '```console\n' + text + '\n```\n';
  }

  write(path: string, bytes: Uint8Array | string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), bytes);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }
}

/** A trust that others made years ago, among partners of others. */
async function runningEstate(shell: Shell): Promise<World> {
  const { world } = endOf(await followed(await begin(shell, 'skype-exchange-se')));
  inUse(world);
  const partners = world.deployments['skype']?.objects['CsPartnerApplication'] ?? [];
  for (const one of partners) if (one['Identity'] === 'Exchange') one['Identity'] = 'mail servers';
  return { ...world, clock: MORNING };
}

/** Runs the collectors that lie on the jump host on a server of each side, and brings back what they wrote. */
async function carry(shell: Shell, world: World, { host, to }: { host: JumpHost; to: string }) {
  const written: string[] = [];
  for (const deployment of Object.keys(world.deployments)) {
    const servers = Object.entries(world.servers);
    const [server = ''] = servers.find(([, one]) => one.deployment === deployment) ?? [];
    const seat = { deployment, host: server };
    const script = collectorAt(world, seat);
    // What runs there is what the command wrote.
    expect(readFileSync(join(host.folder, 'collect', script.file)).equals(script.bytes)).toBe(true);
    const { name, files, entered } = await collect(shell, world, seat);
    expect(entered.exit, entered.seen.join('\n')).toBe(0);
    for (const [path, bytes] of files) host.write(`${to}/${name ?? ''}/${path}`, bytes);
    written.push(name ?? '');
  }
  return written;
}

it.skipIf(!hasEngine)(
  'goes once round: what is there, one line, and what is there then',
  async () => {
    const shell = await startShell();
    const host = new JumpHost();
    const before = await runningEstate(shell);

    host.type('concordat collect', true);
    const collecting = host.shown();
    const folders = await carry(shell, before, { host, to: 'evidence' });

    host.type('concordat import evidence --name northwind', true);
    const importing = host.shown();
    const topology = host.read('topology.yaml');

    const [from, to] = ['mode: ImOnly', 'mode: ImAndWebConf'];
    expect(topology.split(from)).toHaveLength(2);
    host.write('topology.yaml', topology.replace(from, to));
    const { out } = host.type('concordat plan --from evidence', true);
    const planning = host.shown();
    const [, checksum = ''] = /^checksum (\w+)$/m.exec(out) ?? [];
    host.type(`concordat apply --from evidence --auto-approve --allow-widening=${checksum}`);
    host.type('concordat status');
    const applying = host.shown();

    const office = Office.at(host.folder);
    const world = { ...before, clock: '2030-01-19T09:00:00.0000000Z' };
    const follower = beginWith({ shell, office, world });
    const end = endOf(await take(follower, follower.runbook.steps, { world, files: new Map() }));
    const archiving = end.world.deployments['skype']?.objects['CsArchivingConfiguration']?.[0];
    expect(archiving?.['EnableArchiving']).toBe('ImAndWebConf');
    for (const left of end.files.values()) {
      for (const [path, bytes] of left) if (path.startsWith('receipts/')) host.write(path, bytes);
    }

    host.now = '2030-01-19T12:00:00Z';
    host.type('concordat record receipts');
    await carry(shell, end.world, { host, to: 'evidence-after' });
    host.type('concordat apply --from evidence-after --auto-approve');
    host.type('concordat plan --from evidence-after');
    host.type('concordat state list');
    const closing = host.shown();
    await shell.close();

    expect(closing).toContain('No changes. What is recorded matches the topology.');
    const { resources } = JSON.parse(host.read('.concordat/state.json')) as {
      resources: { kind: string; standing: string }[];
    };
    const others = resources.filter(one => one.kind !== 'document' && one.standing !== 'verified');
    expect([resources.length > 8, others]).toEqual([true, []]);

    const page = [HEAD, COLLECT, collecting, listed(folders), IMPORT, importing]
      .concat(['```yaml\n' + topology + '```\n', EDIT, planning, APPLY, applying, AFTER, closing])
      .join('\n');
    if (process.env['PAGES'] === 'keep') writeFileSync(PAGE, page);
    expect(page).toBe(readFileSync(PAGE, 'utf8'));
    expect(readdirSync(host.folder)).toContain('artifacts');
  },
);

function listed(folders: readonly string[]): string {
  return folders.map(one => `- \`evidence/${one}/\``).join('\n') + '\n';
}

const HEAD = `# Once round: from servers that run to a file that says so, and back

Two products that have trusted each other for years, made by hand. Nobody has a topology. This page goes from there to a
reviewed file, changes one line of it, brings that to the servers, and sees that it is so.

Every line below is what the command printed when \`test/powershell/walkthrough.test.ts\` did it: the command itself, and
scripts in the real PowerShell engine on simulated servers ([how](scripts.md)). The test compares this page with what it
sees (\`PAGES=keep\` writes it anew).
`;
const COLLECT = `## What is there

The scripts that read are the same for everybody, change nothing and need no topology ([what they read](evidence.md)):
`;
const IMPORT = `Each script is run once on a server of its side and writes a folder, which is carried here as it is (above). Of them comes
the first topology ([how](import.md)):
`;
const EDIT = `Somebody answers what is asked for after "decide:" in his own time; nothing of it changes a server.

## One line is changed

Conferences shall be archived too: \`mode: ImOnly\` becomes \`mode: ImAndWebConf\`. Measured against what was read, that is
all that changes:
`;
const APPLY = `Trust stays what it was. The plan warns of messages that go elsewhere from then on, which cannot simply be taken back, so
its checksum is named to approve it. What is written are files; the servers are as before:
`;
const AFTER = `## What is there then

The runbook is followed step by step. Its scripts are complete, so most say "nothing to do"; one changes a setting. Each
leaves a receipt. Then the collectors run again, and what they bring back is the last word:
`;

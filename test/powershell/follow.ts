import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { later } from './estate.ts';
import { PFX_PASSWORD, type Office } from './office.ts';
import { readRunbook, type Runbook, type RunbookCheck, type RunbookStep } from './runbook.ts';
import type { Shell } from './shell.ts';
import type { Entered, World } from './world.ts';

/** What scripts leave in the folder of a server. */
type Left = ReadonlyMap<string, Buffer>;

/** All servers, and by host what scripts left in their folders. */
export interface Moment {
  readonly world: World;
  readonly files: ReadonlyMap<string, Left>;
}

/** The person cannot go on, or sees what must not be. */
export class Stuck extends Error {}

/** A person with the runbook of an office, and a copy of the artifacts on every server. */
export interface Follower {
  readonly shell: Shell;
  readonly office: Office;
  readonly runbook: Runbook;
  /** By host. */
  readonly folders: ReadonlyMap<string, string>;
  /** Minutes from one step to the next. */
  readonly pace: number;
  /** What this person says yes to where a script stops and asks to be run again with it. */
  readonly agrees: readonly string[];
  /** What an authority made, by deployment. */
  readonly fromAuthority: ReadonlyMap<string, Uint8Array>;
}

const LEFT_BY_RUNS = ['before', 'receipts', 'requests'] as const;
const EXAMPLE_FOLDER = 'C:\\Concordat';
const PROMPTS = { 'Password of the PFX': PFX_PASSWORD };
const PATIENCE = 24;

/** Reads the runbook, and copies the whole folder to each server; over the former one, if any. */
export function beginWith({
  shell,
  office,
  world,
  pace = 1,
  fromAuthority = new Map<string, Uint8Array>(),
  agrees = [],
  former,
}: {
  shell: Shell;
  office: Office;
  world: World;
  pace?: number | undefined;
  fromAuthority?: ReadonlyMap<string, Uint8Array>;
  agrees?: readonly string[];
  former?: Follower;
}): Follower {
  const artifacts = join(office.folder, 'artifacts');
  const runbook = readRunbook(readFileSync(join(artifacts, 'RUNBOOK.md'), 'utf8'));
  const folders = Object.keys(world.servers).map(host => {
    const folder = former?.folders.get(host) ?? mkdtempSync(join(tmpdir(), 'concordat-server-'));
    cpSync(artifacts, folder, { recursive: true });
    return [host, folder] as const;
  });
  return { shell, office, runbook, folders: new Map(folders), pace, agrees, fromAuthority };
}

/** Goes through steps; the moments before each of them, and the one after the last. */
export async function take(
  follower: Follower,
  steps: readonly RunbookStep[],
  start: Moment,
): Promise<readonly Moment[]> {
  const moments = [start];
  let moment = start;
  for (const step of steps) {
    moment = await takeStep(follower, step, moment);
    moments.push(moment);
  }
  return moments;
}

async function takeStep(follower: Follower, step: RunbookStep, start: Moment): Promise<Moment> {
  const hosts =
    step.servers.length > 0 ? step.servers : [firstServer(start.world, step.deployment)];
  let moment = start;
  for (const host of hosts) {
    const pfx = await bring(follower, step, host);
    moment = await sit(follower, { ...step, host }, moment);
    if (pfx) rmSync(pfx);
    moment = await pass(follower, moment, follower.pace);
  }
  for (const wait of step.waits)
    moment = await waitFor(follower, { ...step, ...wait, host: hosts[0] ?? '' }, moment);
  return moment;
}

/** Where the runbook leaves the choice, a person takes the first one. */
function firstServer(world: World, deployment: string): string {
  const found = Object.entries(world.servers).find(([, one]) => one.deployment === deployment);
  if (!found) throw new Error(`no server of ${deployment}`);
  return found[0];
}

/** Brings along what the step asks for: exported as it says, or from an authority. */
async function bring(
  { office, folders, fromAuthority }: Follower,
  step: RunbookStep,
  host: string,
): Promise<string | undefined> {
  const [name, command] = step.brings;
  if (name === undefined) return undefined;
  const address = /^concordat keys export --address (\S+) --pfx (\S+) /.exec(command ?? '');
  const pfx = address ? await office.export(address[1] ?? '') : fromAuthority.get(step.deployment);
  if (!pfx || (address && address[2] !== name)) throw new Stuck(`where does ${name} come from?`);
  const path = join(folders.get(host) ?? '', name);
  writeFileSync(path, pfx);
  return path;
}

interface Sitting {
  readonly deployment: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly lines: readonly string[];
}

/** Opens a shell on a server, types what is written, and sees every script end well. */
async function sit(follower: Follower, sitting: Sitting, moment: Moment): Promise<Moment> {
  const { entered, after } = await type(follower, sitting, moment);
  const failed = entered.find(one => hasFailed(one));
  if (!failed) return after;
  const flag = /^STOPPED: .*run again with (-\w+)/im.exec(failed.seen.join('\n'))?.[1] ?? '';
  if (!follower.agrees.includes(flag) || failed.line.includes(flag)) throw stuck(failed);
  const lines = sitting.lines.map(line => (line.startsWith('.\\') ? `${line} ${flag}` : line));
  return sit(follower, { ...sitting, lines }, after);
}

function hasFailed({ line, exit, errors, interrupted }: Entered): boolean {
  return errors.length > 0 || interrupted || (line.startsWith('.\\') && exit !== 0);
}

function stuck({ line, exit, seen, errors }: Entered): Stuck {
  return new Stuck(`${line} ended with ${String(exit)}\n${[...seen, ...errors].join('\n')}`);
}

async function type(
  { shell, runbook, folders }: Follower,
  { deployment, host, roles, lines }: Sitting,
  { world, files }: Moment,
): Promise<{ entered: readonly Entered[]; after: Moment }> {
  const folder = folders.get(host);
  if (folder === undefined) throw new Error(`no folder on ${host}`);
  putBack(folder, files.get(host) ?? new Map<string, Buffer>());
  const here = { ...world.here, deployment, host, groups: roles.slice(0, 1), answers: PROMPTS };
  const preparation = runbook.preparation.map(line => line.replace(EXAMPLE_FOLDER, folder));
  const session = await shell.enter({ ...world, here }, [...preparation, ...lines]);
  const bug = session.entered.flatMap(({ calls }) => calls).find(call => call.bug);
  if (bug) throw new Error(`${bug.name}: ${bug.bug ?? ''}`);
  const after = { world: session.world, files: new Map([...files, [host, leftIn(folder)]]) };
  return { entered: session.entered, after };
}

/** Types the line of a wait again and again, as long as it prints something. */
async function waitFor(
  follower: Follower,
  { until, ...sitting }: Sitting & { until: string },
  start: Moment,
): Promise<Moment> {
  if (until !== 'no line is printed') throw new Error(`until ${until}?`);
  let moment = start;
  for (let turn = 0; turn < PATIENCE; turn++) {
    const { entered, after } = await type(follower, sitting, moment);
    const seen = entered
      .slice(follower.runbook.preparation.length)
      .flatMap(one => [...one.seen, ...one.errors]);
    if (seen.length === 0) return after;
    moment = await pass(follower, after, 5);
  }
  throw new Stuck(`waited in vain: ${sitting.lines.join()}`);
}

/** Time goes by; servers take on what was changed. */
export async function pass(
  { shell }: Pick<Follower, 'shell'>,
  { world, files }: Moment,
  minutes: number,
): Promise<Moment> {
  const session = await shell.enter(later(world, minutes), []);
  return { world: session.world, files };
}

/** Does all checks of the runbook, and sees what it says one must see. */
export async function check(follower: Follower, moment: Moment): Promise<void> {
  for (const one of follower.runbook.checks) await checkOne(follower, one, moment);
}

async function checkOne(follower: Follower, one: RunbookCheck, moment: Moment): Promise<void> {
  const host = firstServer(moment.world, one.deployment);
  const { entered } = await type(follower, { ...one, host }, moment);
  const last = entered.at(-1);
  if (!last) throw new Stuck('nothing was typed');
  if (!isAsExpected(last, one.expect)) throw stuck(last);
}

function isAsExpected({ seen, errors }: Entered, expect: string): boolean {
  if (errors.length > 0) return false;
  const says = /^the output says "(.*)"$/.exec(expect)?.[1];
  if (says !== undefined) return seen.some(line => line.includes(says));
  const ends = /^every address ends in (\S+)$/.exec(expect)?.[1];
  if (ends === undefined) throw new Error(`expect ${expect}?`);
  const addresses = seen.filter(line => line.includes('://'));
  return addresses.length > 0 && addresses.every(line => line.endsWith(ends));
}

/** Brings the receipts of all servers back, and does the rest on the jump host: all must be done. */
export async function report(
  { runbook }: Follower,
  office: Office,
  { files, world }: Moment,
): Promise<void> {
  office.now = new Date(Date.parse(world.clock));
  const left = [...files.values()].flatMap(one => [...one]);
  const receipts = new Map(left.filter(([name]) => /^receipts\/.*\.json$/.test(name)));
  for (const line of runbook.closing) await CLOSING[line]?.(office, receipts);
  if (runbook.closing.at(-1) !== 'concordat plan') throw new Error(runbook.closing.join());
}

/** What the commands at the end of a runbook do. */
const CLOSING: Readonly<Record<string, (office: Office, receipts: Left) => Promise<void>>> = {
  async 'concordat record receipts/'(office, receipts) {
    const { diagnostics } = await office.record(receipts);
    if (diagnostics.length === 0) return;
    throw new Stuck(diagnostics.map(one => `${one.code}: ${one.detail}`).join('\n'));
  },
  async 'concordat apply --auto-approve'(office) {
    await office.apply();
  },
  async 'concordat plan'(office) {
    const { plan } = await office.plan();
    const changes = plan.changes.filter(({ actions }) => actions[0] !== 'keep');
    const written = plan.artifacts.filter(({ action }) => action !== 'keep');
    const left = [...changes, ...plan.awaiting].map(({ address }) => address);
    left.push(...written.map(({ path }) => path));
    if (left.length > 0) throw new Stuck(`the plan is not empty: ${left.join(', ')}`);
  },
};

function putBack(folder: string, files: Left): void {
  for (const name of LEFT_BY_RUNS) rmSync(join(folder, name), { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function leftIn(folder: string): Left {
  return new Map(
    LEFT_BY_RUNS.filter(name => existsSync(join(folder, name))).flatMap(name =>
      readdirSync(join(folder, name)).map(
        file => [`${name}/${file}`, readFileSync(join(folder, name, file))] as const,
      ),
    ),
  );
}

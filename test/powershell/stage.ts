import { createHash, X509Certificate } from 'node:crypto';
import {
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
import forge from 'node-forge';
import { fromDer, toDer } from '../../src/render/asn1-writer.ts';
import { TEST_KEY_COUNT, testKeyPair } from '../support/keys.ts';
import type { Rendered } from '../support/rendered.ts';
import type { Shell } from './shell.ts';
import type { Entered, Fault, Here, World } from './world.ts';

/** What scripts write beside themselves: kept between runs, and put back for each. */
const LEFT_BY_RUNS = ['before', 'receipts', 'requests'] as const;
/** The password of every PFX of the tests, and the prompt that the runbook asks it with. */
const PASSWORD = 'a password of the tests';
export const ANSWERS = { 'Password of the PFX': PASSWORD };

/** An artifact tree as it lies on a server, with its shell. Runs of it leave files beside it. */
export interface Stage {
  readonly folder: string;
  readonly shell: Shell;
  readonly rendered: Rendered;
  /** Scripts that a campaign changed on purpose; all others must be the emitted ones. */
  readonly altered: Set<string>;
}

/** All servers and all files that runs left, between two runs. */
export interface Moment {
  readonly world: World;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** One run: the line that started the script, and the moment after it. */
export interface Played {
  readonly entered: Entered;
  readonly after: Moment;
}

/** Lays the artifacts of a topology down, with a PFX of each key that somebody brings along. */
export function layDown(rendered: Rendered, shell: Shell): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-stage-'));
  const stage = { folder, shell, rendered, altered: new Set<string>() };
  return replaceArtifacts(stage, rendered);
}

/** Puts other artifacts into the same folder, as a person copies the next ones over it. */
export function replaceArtifacts(stage: Stage, rendered: Rendered): Stage {
  for (const { path, bytes } of rendered.proposal.artifacts) {
    mkdirSync(join(stage.folder, dirname(path)), { recursive: true });
    writeFileSync(join(stage.folder, path), bytes);
    if (path.endsWith('/certificates/issuer.cer')) {
      const pfx = pfxOf(bytes);
      if (pfx) writeFileSync(join(stage.folder, pfxName(path)), pfx);
    }
  }
  return { ...stage, rendered };
}

/** The PFX of a deployment's key, beside its folder. */
export function pfxName(path: string): string {
  return `${path.split('/')[0] ?? ''}.pfx`;
}

/** Where a person sits for a step. */
export type Seat = Pick<Here, 'deployment' | 'host'> & Partial<Here>;

/** A script as somebody starts it. */
export interface Start {
  readonly seat: Seat;
  readonly script: string;
  readonly parameters?: string;
  /** What is typed before its path. */
  readonly before?: string;
  /** What goes wrong then. */
  readonly fault?: Fault;
}

/**
 * Types the call of a script at its prompt, in a shell just opened there, and sees what comes of it.
 * The file must be the emitted one, byte for byte.
 */
export async function play(stage: Stage, from: Moment, start: Start): Promise<Played> {
  const { seat, script, fault, parameters = '' } = start;
  checkDigest(stage, script);
  putBack(stage.folder, from.files);
  const answers = { ...ANSWERS, ...(parameters.includes(' -Confirm') && { Confirm: 'No' }) };
  const world = { ...from.world, here: { ...from.world.here, answers, ...seat } };
  const lines = linesFor(stage, start);
  const session = await stage.shell.enter(world, lines, fault);
  const entered = session.entered.at(-1);
  if (!entered) throw new Error('nothing was entered');
  for (const one of session.entered.slice(0, -1)) {
    if (one.errors.length > 0) throw new Error(`${one.line}: ${one.errors.join('; ')}`);
  }
  const bug = entered.calls.find(call => call.bug);
  if (bug) throw new Error(`${script}: ${bug.name}: ${bug.bug ?? ''}`);
  return { entered, after: { world: session.world, files: leftIn(stage.folder) } };
}

function linesFor(
  { folder }: Stage,
  { seat, script, before = '', parameters = '' }: Start,
): string[] {
  const path = `.\\${script.replaceAll('/', '\\')}`;
  const pfx = seat.pfx ?? pfxName(script);
  const brings = takesPfx(join(folder, script));
  return [
    `Set-Location -LiteralPath '${folder}'`,
    ...(brings ? ["$password = Read-Host -AsSecureString -Prompt 'Password of the PFX'"] : []),
    `${before}${path}${brings ? ` -Pfx .\\${pfx} -PfxPassword $password` : ''}${parameters}`,
  ];
}

function takesPfx(script: string): boolean {
  return /\[string\] \$Pfx,/.test(readFileSync(script, 'latin1'));
}

function checkDigest({ folder, rendered, altered }: Stage, script: string): void {
  if (altered.has(script)) return;
  const emitted = rendered.proposal.artifacts.find(({ path }) => path === script);
  if (!emitted) throw new Error(`${script} is not among the artifacts`);
  const [expected, found] = [emitted.bytes, readFileSync(join(folder, script))].map(bytes =>
    createHash('sha256').update(bytes).digest('hex'),
  );
  if (expected !== found) throw new Error(`${script} is not the emitted file`);
}

function putBack(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const name of LEFT_BY_RUNS) rmSync(join(folder, name), { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function leftIn(folder: string): Map<string, Buffer> {
  return new Map(
    LEFT_BY_RUNS.filter(name => existsSync(join(folder, name))).flatMap(name =>
      readdirSync(join(folder, name))
        .sort()
        .map(file => [`${name}/${file}`, readFileSync(join(folder, name, file))] as const),
    ),
  );
}

/** A PFX of the test key that a certificate belongs to; few rounds, for it is opened often. */
export function pfxOf(certificate: Uint8Array): Uint8Array | undefined {
  const found = new X509Certificate(certificate).publicKey.export({ format: 'der', type: 'spki' });
  const pair = Array.from({ length: TEST_KEY_COUNT }, (_, index) => testKeyPair(index)).find(
    ({ publicKey }) => Buffer.from(publicKey).equals(found),
  );
  if (!pair) return undefined;
  const key = forge.pki.privateKeyFromAsn1(fromDer(pair.privateKey));
  const whole = forge.pki.certificateFromAsn1(fromDer(certificate));
  const options = { algorithm: 'aes256', count: 1000 } as const;
  return toDer(forge.pkcs12.toPkcs12Asn1(key, [whole], PASSWORD, options));
}

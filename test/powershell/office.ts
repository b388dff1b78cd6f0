import { cpSync, mkdtempSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  apply,
  drift,
  exportKey,
  isPlanned,
  missingApprovals,
  openProject,
  plan,
  prepareKeys,
  record,
  Secret,
  type Drift,
  type EvidenceFiles,
  type Planned,
  type Project,
  type RecordResult,
} from '../../src/index.ts';
import type { KeyPair } from '../../src/ports/world.ts';
import { TEST_KEY_COUNT, testKeyPair } from '../support/keys.ts';
import type { Edit } from '../support/rendered.ts';

/** The password of every PFX that leaves the office. */
export const PFX_PASSWORD = 'a password of the tests';

/** The jump host: a project in a folder of its own, used as the command line uses it. */
export class Office {
  readonly folder: string;
  /** The day on its wall; servers have their own. */
  now = new Date('2026-03-09T12:00:00Z');
  #pairs = 0;
  readonly #exported = new Map<string, Uint8Array>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** An example's topology and evidence in a fresh folder. */
  static open(example: string): Office {
    const source = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
    return Office.#copyOf(source);
  }

  /** A project that stands somewhere already. */
  static at(folder: string): Office {
    return new Office(folder);
  }

  /** The same project beside itself, to see what would become of it. */
  copy(): Office {
    const copy = Office.#copyOf(this.folder);
    copy.now = this.now;
    return copy;
  }

  static #copyOf(source: string): Office {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-office-'));
    cpSync(source, folder, { recursive: true, filter: path => !path.includes('/expected') });
    return new Office(folder);
  }

  /** Edits the topology; each text must stand there once. */
  edit(edits: readonly Edit[]): void {
    const file = join(this.folder, 'topology.yaml');
    let text = readFileSync(file, 'utf8');
    for (const [from, to] of edits) {
      if (text.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`);
      text = text.replace(from, () => to);
    }
    writeFileSync(file, text);
  }

  /** Puts a file beside the topology. */
  put(path: string, bytes: Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), bytes);
  }

  /** `keys prepare` and `apply`, approved as it was reviewed; what was carried out. */
  async apply(): Promise<Planned> {
    const project = await this.#project();
    await prepareKeys(project, await this.plan());
    const planned = await this.plan();
    const { checksum } = planned.plan;
    const named = checksum ?? undefined;
    const grants = { autoApprove: true, allowWidening: named, allowMassChange: named };
    if ((await missingApprovals(planned.plan, grants)).length > 0) throw new Error('unapproved');
    this.#exported.clear();
    await apply(project, planned, { listen: () => undefined });
    return planned;
  }

  /** `plan`, which must come out; measured against evidence where some is given. */
  async plan(evidence: readonly EvidenceFiles[] = []): Promise<Planned> {
    const planned = await plan(await this.#project(), { evidence });
    if (isPlanned(planned)) return planned;
    throw new Error(planned.diagnostics.map(one => `${one.code}: ${one.detail}`).join('\n'));
  }

  /** `drift`, which must come out. */
  async drift(evidence: readonly EvidenceFiles[]): Promise<Drift> {
    const { checked, drift: found } = await drift(await this.#project(), evidence);
    if (found) return found;
    throw new Error(checked.diagnostics.map(one => `${one.code}: ${one.detail}`).join('\n'));
  }

  /** `keys export`; the file is kept until the next `apply`, because making it takes its time. */
  async export(address: string): Promise<Uint8Array> {
    const made = this.#exported.get(address) ?? (await this.#export(address));
    this.#exported.set(address, made);
    return made;
  }

  async #export(address: string): Promise<Uint8Array> {
    const request = { address, password: Buffer.from(`${PFX_PASSWORD}\n`) };
    return (await exportKey(await this.#project(), await this.plan(), request)).pfx;
  }

  /** `record` of files that were brought back. */
  async record(receipts: ReadonlyMap<string, Uint8Array>): Promise<RecordResult> {
    const files = [...receipts].map(([file, bytes]) => ({ file, bytes }));
    return record(await this.#project(), files);
  }

  async #project(): Promise<Project> {
    const project = await openProject({
      topology: join(this.folder, 'topology.yaml'),
      passphrase: () => Promise.resolve(new Secret('correct horse battery staple')),
    });
    const newKeyPair = (): Promise<KeyPair> => Promise.resolve(testKeyPair(this.#nextPair()));
    return { ...project, world: { ...project.world, now: () => this.now, newKeyPair } };
  }

  /** Published keys, because real ones take their time; a proof takes another where it must. */
  #nextPair(): number {
    return this.#pairs++ % TEST_KEY_COUNT;
  }
}

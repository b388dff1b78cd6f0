import type { Address } from '../kernel/address.ts';
import { byCodeUnit, sha256 } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import type { Secret } from '../kernel/secret.ts';
import type { ArtifactSink } from '../ports/artifact-sink.ts';
import type { Files } from '../ports/files.ts';
import type { KeyStore, PublicKeyRecord } from '../ports/key-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { KeyPair, World } from '../ports/world.ts';

type Bytes = Uint8Array;

/** What a world in memory starts from; everything has a quiet default. */
export interface MemoryOptions {
  readonly now?: Date;
  /** Handed out in turn; asking for one more is an error of the test. */
  readonly keyPairs?: readonly KeyPair[];
  readonly files?: ReadonlyMap<string, Bytes>;
  /** False: private halves can be neither opened nor added. */
  readonly unlocked?: boolean;
}

/** A state store in memory, open to a test's eyes and hands. */
export interface MemoryState extends StateStore {
  state: Bytes | undefined;
  /** States that were replaced, oldest first. */
  former: Bytes[];
  project: Bytes | undefined;
  journal: Bytes | undefined;
  holder: string | undefined;
}

/** A world in memory whose parts a test may look into. */
export interface MemoryWorld extends World {
  readonly state: MemoryState;
  /** The artifact files themselves, by path. */
  readonly written: Map<string, Bytes>;
}

/** A world without disk, clock or chance: the same calls give the same bytes. */
export function memoryWorld(options: MemoryOptions = {}): MemoryWorld {
  const pairs = [...(options.keyPairs ?? [])];
  const written = new Map<string, Bytes>();
  return {
    now: () => new Date(options.now ?? '2030-01-01T00:00:00Z'),
    random: countedRandom(),
    newKeyPair: () => {
      const pair = pairs.shift();
      return pair ? Promise.resolve(pair) : Promise.reject(new Error('no key pair left'));
    },
    files: memoryFiles(options.files ?? new Map()),
    state: memoryState(),
    keys: memoryKeys(options.unlocked ?? true),
    artifacts: memoryArtifacts(written),
    written,
  };
}

/** Bytes that only look random: SHA-256 of a counter. */
export function countedRandom(): (bytes: number) => Bytes {
  let count = 0;
  return bytes => {
    const hex = Array.from({ length: Math.ceil(bytes / 32) }, () => sha256(`random ${count++}`));
    return Buffer.from(hex.join(''), 'hex').subarray(0, bytes);
  };
}

/** Named files in memory. */
export function memoryFiles(files: ReadonlyMap<string, Bytes>): Files {
  return {
    read: (path, most) => {
      const bytes = files.get(path);
      return Promise.resolve(bytes && bytes.length > most ? 'too-large' : bytes);
    },
  };
}

/** The lock of a state in memory: one holder, known by its operation. */
const memoryLock: Pick<StateStore, 'lock' | 'lockRecord' | 'unlock'> & ThisType<MemoryState> = {
  async lock(operation) {
    if (this.holder) throw refuse('lock/held', `${this.holder} holds the lock`, EXIT.locked);
    this.holder = operation;
    return {
      check: async () => {
        if (this.holder !== operation) throw refuse('lock/lost', 'it is released', EXIT.locked);
      },
      release: async () => {
        this.holder = undefined;
      },
    };
  },
  async lockRecord() {
    const operation = this.holder;
    if (operation === undefined) return undefined;
    const never = '9999-12-31T23:59:59.999Z';
    const of = { id: operation, operation, host: '', pid: 0, run: '', created: never };
    return { ...of, lease_until: never, holder: 'alive' };
  },
  async unlock({ id }) {
    if (id !== undefined && id !== this.holder)
      throw refuse('lock/other', 'no such lock is held', EXIT.locked);
    const { holder } = this;
    this.holder = undefined;
    return holder;
  },
};

/** A state store in memory. */
export function memoryState(): MemoryState {
  return {
    state: undefined,
    former: [],
    project: undefined,
    journal: undefined,
    holder: undefined,
    async read() {
      return this.state;
    },
    async write(next, after) {
      if ((this.state && sha256(this.state)) !== after) {
        throw refuse('state/moved', 'another state than the one that was read');
      }
      if (this.state) this.former.push(this.state);
      this.state = next;
    },
    async history() {
      return this.former.map((bytes, index) => ({ name: `${index + 1}.json`, bytes }));
    },
    async readProject() {
      return this.project;
    },
    async writeProject(bytes) {
      this.project = bytes;
    },
    ...memoryLock,
    async readJournal() {
      return this.journal;
    },
    async writeJournal(bytes) {
      this.journal = bytes;
    },
  };
}

/** A key store in memory. */
export function memoryKeys(unlocked = true): KeyStore {
  const records = new Map<Address, { record: PublicKeyRecord; privateKey: Secret }>();
  return {
    unlocked,
    async list() {
      const sorted = [...records].sort(([a], [b]) => byCodeUnit(a, b));
      return sorted.map(([, { record }]) => record);
    },
    async open(address) {
      return unlocked ? records.get(address)?.privateKey : undefined;
    },
    async add(record, privateKey) {
      if (records.has(record.address)) throw refuse('write/taken', `${record.address} has a key`);
      records.set(record.address, { record, privateKey });
    },
  };
}

/** An artifact folder in memory. */
export function memoryArtifacts(files: Map<string, Bytes> = new Map()): ArtifactSink {
  return {
    async list() {
      const sorted = [...files].sort(([a], [b]) => byCodeUnit(a, b));
      return new Map(sorted.map(([path, bytes]) => [path, sha256(bytes)]));
    },
    async read(path) {
      return files.get(path);
    },
    async write(path, bytes) {
      files.set(path, bytes);
    },
    async remove(path) {
      files.delete(path);
    },
    async sweep() {
      // Nothing is ever half written here.
    },
  };
}

function refuse(code: Code, detail: string, exit: number = EXIT.failed): Refusal {
  return new Refusal(code, { detail, help: 'this world is in memory; start a new one' }, exit);
}

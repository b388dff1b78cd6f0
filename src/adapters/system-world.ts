import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyStore } from '../ports/key-store.ts';
import type { KeyPair, World } from '../ports/world.ts';
import { directorySink } from './directory-sink.ts';
import type { LockContext } from './file-lock.ts';
import { fileState } from './file-state.ts';
import { localFiles } from './local-files.ts';

/** Where a project lies and how its keys are kept. */
export interface Project {
  /** The folder the topology's file names are relative to. */
  readonly topology: string;
  /** The `.concordat` folder. */
  readonly records: string;
  readonly artifacts: string;
  readonly keys: KeyStore;
  /** The page of the CI run, where there is one, and how long to wait for a lock. */
  readonly lock: Pick<LockContext, 'run' | 'wait'>;
}

const generate = promisify(generateKeyPair);

/** The real world: this machine's clock, randomness and disk. */
export function systemWorld({ topology, records, artifacts, keys, lock }: Project): World {
  const now = (): Date => new Date();
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  return {
    now,
    random,
    newKeyPair,
    files: localFiles(topology),
    state: fileState(records, { now, random, ...lock }),
    keys,
    artifacts: directorySink(artifacts),
  };
}

async function newKeyPair(bits: number): Promise<KeyPair> {
  return generate('rsa', {
    modulusLength: bits,
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
}

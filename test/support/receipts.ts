import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, digest, sha256 } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { readSnapshot } from '../../src/state/codec.ts';

/** A run of a script, as far as a test cares. */
export interface Ran {
  /** Relative to the artifacts. */
  readonly script: string;
  readonly result?: 'created' | 'updated' | 'unchanged' | 'removed' | 'failed';
  readonly host?: string;
  readonly user?: string;
  /** With as many digits of the second as a script writes. */
  readonly finished?: string;
  /** What the receipt says otherwise than the script would. */
  readonly more?: JsonObject;
}

/** Leaves the receipt that a script of an applied project would leave; gives the file's name. */
export function leaveReceipt(project: string, ran: Ran): string {
  const text = receiptOf(project, ran);
  const { script, finished = FINISHED } = ran;
  const series = script.replace(/\/(scripts|undo)\//, '-').replace('.ps1', '');
  const stamp = finished
    .replace(/[^\dT]/g, '')
    .slice(0, 18)
    .padEnd(18, '0');
  const name = `${series}-${stamp}Z.json`;
  mkdirSync(join(project, 'receipts'), { recursive: true });
  writeFileSync(join(project, 'receipts', name), text);
  return name;
}

const FINISHED = '2030-01-02T08:00:12.1234567Z';

function receiptOf(project: string, ran: Ran): string {
  const { script, result, host = 'fe1', user = 'CORP\\ops', finished = FINISHED } = ran;
  const file = join(project, 'artifacts', script);
  const state = readSnapshot(readFileSync(join(project, '.concordat/state.json')));
  const made = script.replace('/undo/', '/scripts/');
  const entry = state.resources.find(one => one.script === made);
  const body: JsonObject = {
    format_version: '1.0',
    script,
    script_sha256: existsSync(file) ? sha256(readFileSync(file)) : null,
    topology: state.topology,
    deployment: script.split('/')[0] ?? '',
    product: entry?.product ?? 'unknown',
    host,
    user,
    build: '15.2.2562.17',
    started: finished.replace(/\.\d+Z$/, '.0000000Z'),
    finished,
    resources: entry
      ? [
          {
            address: entry.address,
            digest: entry.digest,
            result: result ?? 'created',
            before: null,
            after: { Enabled: true },
          },
        ]
      : [],
    ...ran.more,
  };
  return canonical({ ...body, sha256: digest(body) }) + '\n';
}

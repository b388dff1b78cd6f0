import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  EXIT,
  exportKey as exportPfx,
  isPlanned,
  listKeys,
  plan as propose,
  prepareKeys,
  validate,
  type Project,
} from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readGiven, refuse, writeNew } from '../files.ts';
import { isChecked, open, printDiagnostics } from '../open.ts';
import type { Terminal } from '../terminal.ts';
import { humanKeys, jsonKeys } from '../views/keys.ts';

interface ExportOptions extends CommonOptions {
  readonly address: string;
  readonly pfx: string;
  readonly passwordFile: string;
}

const OWNER_ONLY = 0o600;

/** `concordat keys prepare`: makes what is missing; a key that exists is never made again. */
export const prepare: Run<CommonOptions> = async (options, terminal) => {
  const project = await open(options, terminal);
  const planned = await propose(project);
  if (!isPlanned(planned)) {
    printDiagnostics(planned, project, options, terminal);
    return EXIT.invalid;
  }
  const keys = await prepareKeys(project, planned, (ready, of) =>
    terminal.err(`made ${ready} of ${of} keys\n`),
  );
  if (keys.diagnostics.length > 0) {
    printDiagnostics({ ...planned, diagnostics: keys.diagnostics }, project, options, terminal);
    return EXIT.invalid;
  }
  return print(project, options, terminal);
};

/** `concordat keys list`: public halves only; needs no passphrase. */
export const list: Run<CommonOptions> = async (options, terminal) =>
  print(await open(options, terminal), options, terminal);

async function print(
  project: Project,
  options: CommonOptions,
  terminal: Terminal,
): Promise<number> {
  const keys = await listKeys(project);
  terminal.out(options.format === 'json' ? jsonKeys(keys) : humanKeys(keys));
  return EXIT.done;
}

/** What lies in the artifact folder is carried to servers; a private key would go along. */
function demandOutside({ pfx, artifacts }: ExportOptions, { folder }: Project): void {
  const inside = relative(whole(artifacts ?? join(folder, 'artifacts')), whole(pfx));
  if (isAbsolute(inside) || inside.split(sep)[0] === '..') return;
  const detail = `${pfx} is in the artifact folder; nothing was written`;
  const help = 'name a place outside of it, from which you take it to its server alone';
  throw refuse('write/unsafe-folder', detail, help);
}

/** Where a path ends, links on the way followed as far as it is there. */
function whole(path: string): string {
  const full = resolve(path);
  if (existsSync(full)) return realpathSync(full);
  return dirname(full) === full ? full : join(whole(dirname(full)), basename(full));
}

/** `concordat keys export`: the only way by which a private key leaves the store. */
export const exportKey: Run<ExportOptions> = async (options, terminal) => {
  const project = await open(options, terminal);
  const checked = await validate(project);
  if (!isChecked(checked)) {
    printDiagnostics(checked, project, options, terminal);
    return EXIT.invalid;
  }
  demandOutside(options, project);
  const password = readGiven(options.passwordFile);
  const exported = await exportPfx(project, checked, { address: options.address, password });
  await writeNew(options.pfx, exported.pfx, OWNER_ONLY);
  terminal.out(
    `wrote ${options.pfx}, readable by you alone: ${exported.form}, ${exported.because}\n`,
  );
  terminal.err('delete it as soon as it is on the server\n');
  return EXIT.done;
};

import { spawnSync } from 'node:child_process';
import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import { faultOf } from './write-fault.ts';

/**
 * Nothing that a repository or its owner configured may run or be fetched: no pager, no file
 * system monitor, no replaced objects, no promised ones from a remote; paths are no patterns.
 */
const SETTINGS = [
  '--no-pager',
  '--no-replace-objects',
  '--no-optional-locks',
  '--literal-pathspecs',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'protocol.allow=never'].flatMap(one => [
    '-c',
    one,
  ]),
];
const ENVIRONMENT = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
  // Windows would otherwise run a git.exe that lies in the folder.
  NoDefaultCurrentDirectoryInExePath: '1',
};
const TIMEOUT = 60_000;

/** How a call of git ended; `too-large` when it printed more than it was allowed to. */
export interface GitAnswer {
  readonly status: number | 'too-large';
  readonly out: Buffer;
  /** The first line of what it complained of. */
  readonly said: string;
}

/** Calls the git of this machine, without a shell. What users wrote is never an option of it. */
export function git(words: readonly string[], folder: string, most = 64 * 2 ** 20): GitAnswer {
  const { status, stdout, stderr, error } = spawnSync('git', [...SETTINGS, ...words], {
    cwd: folder,
    env: { ...process.env, ...ENVIRONMENT },
    maxBuffer: most,
    timeout: TIMEOUT,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (faultOf(error) === 'ENOBUFS') return { status: 'too-large', out: stdout, said: '' };
  if (error) throw notRun(faultOf(error) ?? error.message);
  const said = stderr.toString().split('\n')[0] ?? '';
  return { status: status ?? 128, out: stdout, said };
}

function notRun(fault: string): Refusal {
  const why = fault === 'ENOENT' ? 'there is none on the PATH' : fault;
  return gitRefusal('git/not-run', `git cannot be run: ${why}`, 'install git, or name files');
}

/** A refusal of something of a repository. */
export function gitRefusal(code: Code, detail: string, help: string): Refusal {
  return new Refusal(code, { detail, help }, EXIT.invalid);
}

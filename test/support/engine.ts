import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { tools } from './tools.ts';

/** The host that `test/setup.mjs` builds of `test/powershell/host`. */
const HOST = fileURLToPath(new URL('../powershell/host/bin/host.dll', import.meta.url));

/** Whether the real PowerShell engine can be asked here; `it.skipIf(!hasEngine)`. */
export const hasEngine = tools.dotnet !== undefined && existsSync(HOST);

/** The PowerShell engine in a process of its own. Start one a test file, close it at the end. */
export interface Engine {
  /** Asks one question; throws with the host's reason when it cannot be answered. */
  request<Answer>(kind: string, body: object): Promise<Answer>;
  close(): Promise<void>;
  /** Ends an engine that answers no more. */
  kill(): void;
}

/** A script to judge: bytes as they lie on the disk. */
export interface Script {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Something the engine found at a place of a script. */
export interface Finding {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly reason: string;
  readonly detail: string;
}

/** Starts the engine. */
export function startEngine(): Engine {
  if (!tools.dotnet) throw new Error('there is no .NET SDK here');
  const child = spawn(tools.dotnet, [HOST], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, POWERSHELL_TELEMETRY_OPTOUT: '1', DOTNET_TieredCompilation: '0' },
  });
  return {
    request: asking(child),
    close: () => closed(child),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The form in which a script is sent. */
export function asRequest(script: Script): { name: string; bytes: string } {
  return { name: script.name, bytes: Buffer.from(script.bytes).toString('base64') };
}

/** One line a finding: file, line and what is wrong, for a failing test to show. */
export function describeFindings(script: string, findings: readonly Finding[]): string[] {
  return findings.map(one => `${script}:${one.line}: ${one.reason}: ${one.detail} (${one.text})`);
}

function asking(child: ChildProcessWithoutNullStreams): Engine['request'] {
  const waiting: { resolve(answer: unknown): void; reject(fault: Error): void }[] = [];
  let noise = '';
  child.stderr.on('data', (chunk: Buffer) => (noise = (noise + chunk.toString()).slice(-2000)));
  createInterface({ input: child.stdout }).on('line', line => {
    const { result, error } = JSON.parse(line) as { result?: unknown; error?: string };
    const asker = waiting.shift();
    if (error === undefined) asker?.resolve(result);
    else asker?.reject(new Error(error));
  });
  child.on('close', () => {
    for (const asker of waiting.splice(0)) asker.reject(new Error(`the engine ended: ${noise}`));
  });
  return <Answer>(kind: string, body: object) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ resolve: answer => resolve(answer as Answer), reject });
      child.stdin.write(JSON.stringify({ ...body, kind }) + '\n');
    });
}

function closed(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise(resolve => {
    child.on('close', () => resolve());
    child.stdin.end();
  });
}

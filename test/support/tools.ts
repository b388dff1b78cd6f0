import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Independent judges that may or may not be on this machine: command path, or undefined. */
export const tools = {
  openssl: onPath('openssl'),
  certtool: onPath('certtool'),
  keytool: onPath('keytool'),
  jose: onPath('jose'),
  dotnet: onPath('dotnet'),
  strace: onPath('strace'),
  prlimit: onPath('prlimit'),
  tmux: onPath('tmux'),
  faketime: onPath('faketime'),
  /** Debian's python3, the one its python3-* modules belong to. */
  python: existsSync('/usr/bin/python3') ? '/usr/bin/python3' : undefined,
  pythonCryptography: pythonHas('cryptography'),
  pyjwt: pythonHas('jwt'),
} as const;

/** The names of the judges that are missing here. */
export const missingTools = Object.entries(tools)
  .filter(([, path]) => path === undefined)
  .map(([name]) => name);

function onPath(command: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(process.platform === 'win32' ? ';' : ':');
  return folders.map(folder => `${folder}/${command}`).find(path => existsSync(path));
}

function pythonHas(module: string): string | undefined {
  try {
    execFileSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return '/usr/bin/python3';
  } catch {
    return undefined;
  }
}

// Gets the judges ready: Debian packages (in CI, as root) and the host of the PowerShell engine.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('powershell/host/', import.meta.url));

/** What Debian calls the judges that test/support/tools.ts looks for. */
const PACKAGES = [
  'openssl',
  'gnutls-bin',
  'python3-cryptography',
  'python3-jwt',
  'jose',
  'default-jre-headless',
  'strace',
  'tmux',
  'faketime',
];

/** Installs missing packages where that is ours to do; true unless the installation failed. */
export function installJudges() {
  const ours =
    process.env['CI'] === 'true' && process.getuid?.() === 0 && succeeds('apt-get', ['--version']);
  if (!ours) return true;
  const missing = PACKAGES.filter(
    name => !succeeds('dpkg-query', ['--show', '--showformat=${db:Status-Abbrev}', name], /^ii/),
  );
  if (missing.length === 0) return true;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return (
    run('apt-get', ['update', '-qq'], env) &&
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env)
  );
}

/** Builds the engine's host where there is an SDK; true unless the build failed. */
export function buildHost() {
  if (!succeeds('dotnet', ['--list-sdks'], /^(?:1\d|[2-9]\d)\./m)) return true;
  const built = join(HOST, 'bin/host.dll');
  if (existsSync(built) && statSync(built).mtimeMs > newestSource()) return true;
  return run(
    'dotnet',
    [
      'build',
      join(HOST, 'host.csproj'),
      '-c',
      'Release',
      '-v',
      'quiet',
      '--nologo',
      '-nodeReuse:false',
      '-p:RestoreLockedMode=true',
      '-p:UseSharedCompilation=false',
    ],
    {
      DOTNET_CLI_TELEMETRY_OPTOUT: '1',
      DOTNET_NOLOGO: '1',
      DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1',
    },
  );
}

function newestSource() {
  const sources = readdirSync(HOST, { recursive: true, encoding: 'utf8' }).filter(
    name => /\.(cs|csproj|json)$/.test(name) && !/^(bin|obj)[\\/]/.test(name),
  );
  return Math.max(...sources.map(name => statSync(join(HOST, name)).mtimeMs));
}

function succeeds(command, args, pattern = /^/) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 && pattern.test(stdout);
}

/** Runs quietly; what it printed is shown only when it failed. */
function run(command, args, env) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) console.error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`);
  return status === 0;
}

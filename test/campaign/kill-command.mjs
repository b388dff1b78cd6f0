// The kill campaign against the command line: `keys prepare` and `apply` of an example are killed.
// node test/campaign/kill-command.mjs [--most N]   exit 1 when something broke.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CALLS, filesBelow, landed, MISSED, patiently, placesIn, spread } from './kill.mjs';
import { transpile } from './transpile.mjs';

const EXAMPLE = fileURLToPath(
  new URL('../../examples/lync-exchange/topology.yaml', import.meta.url),
);

/** Kills both commands at no more than `most` places; returns counts and what broke. */
export async function commandCampaign(most = Number.POSITIVE_INFINITY, tell = () => undefined) {
  const scratch = mkdtempSync(join(tmpdir(), 'concordat-kill-'));
  const stage = { scratch, code: transpile(), passphrase: join(scratch, 'passphrase') };
  writeFileSync(stage.passphrase, 'only for this campaign', { mode: 0o600 });
  try {
    const points = scenarios(stage).flatMap(scenario => pointsOf(scenario, stage));
    const chosen = spread(points, most);
    const broken = [];
    let missed = 0;
    for (const point of chosen) {
      const fault = await patiently(() => strike(point, stage));
      if (fault === MISSED) missed++;
      else if (fault) broken.push(`${point.name} at ${point.call} ${point.index}: ${fault}`);
      tell(`${point.name} at ${point.call} ${point.index}: ${fault ?? 'good'}`);
    }
    return { points: points.length, tried: chosen.length - missed, missed, broken };
  } finally {
    rmSync(scratch, { recursive: true });
    rmSync(stage.code, { recursive: true });
  }
}

/** A project before its keys are made, and one before its first apply. */
function scenarios(stage) {
  const bare = mkdtempSync(join(stage.scratch, 'bare-'));
  cpSync(EXAMPLE, join(bare, 'topology.yaml'));
  const prepared = mkdtempSync(join(stage.scratch, 'prepared-'));
  cpSync(bare, prepared, { recursive: true });
  must(run(prepared, prepareKeys(stage), stage));
  return [
    { name: 'keys prepare', template: bare, arguments: prepareKeys(stage), keys: [] },
    {
      name: 'apply',
      template: prepared,
      arguments: applyPlan(prepared, stage),
      keys: keysOf(prepared, stage),
    },
  ];
}

function prepareKeys({ passphrase }) {
  return ['keys', 'prepare', '--passphrase-file', passphrase];
}

function applyPlan(folder, stage) {
  const plan = JSON.parse(must(run(folder, ['plan', '--format', 'json'], stage)).stdout);
  return ['apply', `--allow-widening=${plan.checksum}`, '--passphrase-file', stage.passphrase];
}

function keysOf(folder, stage) {
  const listed = JSON.parse(must(run(folder, ['keys', 'list', '--format', 'json'], stage)).stdout);
  return JSON.stringify(listed).match(/[0-9A-F]{40}/g) ?? [];
}

function pointsOf(scenario, stage) {
  const folder = copyOf(scenario.template, stage);
  const trace = `${folder}.trace`;
  const options = ['-f', '-y', '-o', trace, '-e', `trace=${CALLS.join()}`];
  must(run(folder, scenario.arguments, stage, options));
  return placesIn(readFileSync(trace, 'utf8'), folder).map(place => ({ ...place, ...scenario }));
}

async function strike({ call, index, template, arguments: words, keys }, stage) {
  const folder = copyOf(template, stage);
  const trace = `${folder}.trace`;
  const inject = `inject=${call}:signal=KILL:when=${index}`;
  run(folder, words, stage, ['-f', '-y', '-o', trace, '-e', `trace=${call}`, '-e', inject]);
  if (!landed(readFileSync(trace, 'utf8'), { folder, call, index })) return MISSED;
  try {
    return recovered(folder, keys, stage);
  } catch (error) {
    return error.message;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every key is still there, one prepare and one apply finish, and then the plan is empty. */
function recovered(folder, keys, stage) {
  const kept = keysOf(folder, stage);
  if (keys.some(key => !kept.includes(key))) return 'a key was lost';
  must(run(folder, prepareKeys(stage), stage));
  const made = keysOf(folder, stage);
  if (kept.some(key => !made.includes(key))) return 'a key was made a second time';
  must(run(folder, applyPlan(folder, stage), stage));
  must(run(folder, ['plan', '--detailed-exitcode'], stage));
  const left = filesBelow(folder).map(([name]) => name);
  const rest = left.filter(name => /\.tmp$|\/(?:lock|journal\.json)$/.test(name));
  return rest.length > 0 ? `there is still ${rest.join(', ')}` : undefined;
}

function run(folder, words, { code }, tracer = []) {
  const command = [process.execPath, join(code, 'cli/main.js'), ...words];
  const [first, ...others] = tracer.length > 0 ? ['strace', ...tracer, ...command] : command;
  return spawnSync(first, others, { cwd: folder, encoding: 'utf8' });
}

function must(ended) {
  if (ended.status === 0) return ended;
  throw new Error(
    `${ended.spawnargs?.join(' ') ?? ''} ended with ${ended.status}: ${ended.stderr}`,
  );
}

function copyOf(template, { scratch }) {
  const folder = mkdtempSync(join(scratch, 'run-'));
  cpSync(template, folder, { recursive: true });
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--most');
  const most = at > 0 ? Number(process.argv[at + 1]) : undefined;
  const { points, tried, missed, broken } = await commandCampaign(most, console.error);
  console.log(`${tried} of ${points} points, ${missed} missed, ${broken.length} broken`);
  for (const fault of broken) console.log(`  ${fault}`);
  if (broken.length > 0) process.exitCode = 1;
}

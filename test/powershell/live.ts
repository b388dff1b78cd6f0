import { dotSourced, type Kind } from './kinds.ts';
import type { Case } from './runs.ts';
import type { Moment } from './stage.ts';
import type { World } from './world.ts';

/** A state in which the live check is run, and what must come of it. */
export interface LiveRun {
  readonly one: Case;
  readonly kind: string;
  readonly run: Kind;
}

/** The live check after all is done, before anything is, and where nobody answers. */
export function liveRuns(done: Case, before: Moment): LiveRun[] {
  const earlier = { ...done, state: 'before', start: before };
  return [
    { one: done, kind: 'all is well', run: says(/^ok {2}/) },
    // How bad that is depends on whether the vendor documents the address.
    { one: earlier, kind: 'finds something wrong', run: says(/^(?:NO {2}|\? {3})/) },
    { one: done, kind: 'dot-sourced', run: dotSourced },
    {
      one: ofAnother(done),
      kind: 'finds something wrong',
      run: says(/^NO .* publishes [^]*$/),
    },
    { one: busy(done), kind: 'finds something wrong', run: says(/^ {4}it answered 503/) },
    {
      one: silent(done),
      kind: 'finds something wrong',
      run: says(/^(?:NO {2}|\? {3})no answer: /),
    },
  ];
}

function says(line: RegExp): Kind {
  return async (run, { start }) => {
    const played = await run.do(start);
    run.unchanged(start, played);
    const { exit, seen } = played.entered;
    const refused = seen.some(one => one.startsWith('NO  '));
    if (exit !== (refused ? 1 : 0)) throw run.broken(`ended with ${String(exit)}`, played);
    if (!seen.some(one => line.test(one))) throw run.broken(`does not say ${String(line)}`, played);
    run.told('check', played);
  };
}

/** Something else answers at the address that tells whom a deployment trusts. */
function busy(one: Case): Case {
  const { proposal } = one.stage.rendered;
  const emitted = proposal.artifacts.find(({ path }) => path === one.script);
  const text = Buffer.from(emitted?.bytes ?? []).toString('latin1');
  const [, url = ''] = /Live +=[^}]*Url = '([^']+)'/.exec(text) ?? [];
  const world: World = structuredClone(one.start.world);
  world.web[url] = { status: 503, body: 'busy' };
  return { ...one, state: 'busy', start: { ...one.start, world } };
}

/** Each server publishes a document of its own key in another name. */
function ofAnother(one: Case): Case {
  const { proposal } = one.stage.rendered;
  const world: World = structuredClone(one.start.world);
  const [deployment = ''] = one.script.split('/');
  const path = `${deployment}/metadata/document.json`;
  const emitted = proposal.artifacts.find(artifact => artifact.path === path);
  const body = Buffer.from(emitted?.bytes ?? [])
    .toString()
    .replace(/"issuer":\s*"[^"]*"/, '"issuer":"other@example.com"');
  const text = Buffer.from(
    proposal.artifacts.find(artifact => artifact.path === one.script)?.bytes ?? [],
  ).toString('latin1');
  const [, url = ''] = /Self +=[^}]*MetadataUrl = '([^']+)'/.exec(text) ?? [];
  for (const [name, server] of Object.entries(world.servers)) {
    if (server.deployment !== deployment) continue;
    world.web[`https://${name}${new URL(url).pathname}`] = { status: 200, body };
  }
  return { ...one, state: 'a document of somebody else', start: { ...one.start, world } };
}

/** Nothing answers on the network. */
function silent(one: Case): Case {
  const world: World = structuredClone(one.start.world);
  for (const address of Object.keys(world.web)) {
    world.web[address] = { fault: 'The operation has timed out' };
  }
  for (const server of Object.values(world.servers)) server.unreachable = true;
  return { ...one, state: 'silence', start: { ...one.start, world } };
}

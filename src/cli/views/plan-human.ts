import type { Colors } from 'picocolors/types.js';
import {
  alteredKeys,
  isChange,
  visible,
  type Action,
  type Awaiting,
  type Change,
  type EdgeReading,
  type Json,
  type JsonObject,
  type Plan,
} from '../../index.ts';
import { humanEnds } from './certificates-human.ts';
import { wrap } from './wrap.ts';

/** How a plan is printed. */
export interface PlanStyle {
  readonly colors: Colors;
  readonly width: number;
}

/** How one kind of change is shown. */
export interface Mark {
  readonly sign: string;
  readonly legend: string;
  readonly will: string;
}

const MARKS: Readonly<Record<Action | 'replace', Mark>> = {
  ensure: {
    sign: '=',
    legend: 'ensure: made so, whether or not it is there',
    will: 'will be ensured',
  },
  create: { sign: '+', legend: 'create', will: 'will be created' },
  update: { sign: '~', legend: 'update in-place', will: 'will be updated in-place' },
  delete: { sign: '-', legend: 'destroy', will: 'will be destroyed' },
  forget: {
    sign: '.',
    legend: 'forget: managed no longer, and nothing is removed',
    will: 'will be forgotten',
  },
  keep: { sign: '>', legend: 'keep: only what is recorded of it changes', will: 'stays as it is' },
  replace: { sign: '-/+', legend: 'destroy and then create replacement', will: 'must be replaced' },
};

/** A plan for a person: what, why, what it widens, when certificates end, what is next. */
export function humanPlan(plan: Plan, style: PlanStyle): string {
  const changes = plan.changes.filter(isChange);
  const blocks = [
    ...(changes.length > 0 ? [legend(changes), ...changes.map(one => change(one, style))] : []),
    trust(plan, style),
    massChange(plan, style),
    humanEnds(plan.certificates, style.width),
    awaiting(plan.awaiting),
    summary(plan),
  ];
  return blocks.filter(block => block !== '').join('\n\n') + '\n';
}

/** The mark of a change. */
export function markOf({ actions }: Change): Mark {
  return MARKS[actions.length > 1 ? 'replace' : (actions[0] ?? 'keep')];
}

function legend(changes: readonly Change[]): string {
  const used = new Set(changes.map(markOf));
  const lines = Object.values(MARKS).filter(mark => used.has(mark));
  return [
    'Concordat will perform the following actions:',
    ...lines.map(({ sign, legend: text }) => `  ${sign.padStart(3)} ${text}`),
  ].join('\n');
}

function change(one: Change, style: PlanStyle): string {
  const mark = markOf(one);
  const head = style.colors.bold(`  # ${one.address} ${mark.will}`);
  const because = one.because.map(
    ({ text }) => wrap(`because ${text}`, '  # (', style.width) + ')',
  );
  const hazards = one.hazards.map(({ severity, text }) =>
    style.colors.yellow(wrap(`${severity}: ${text}`, '  # ', style.width)),
  );
  const stays = one.actions[0] === 'keep';
  const needs =
    one.needs.length > 0 && !stays
      ? [wrap(`after ${one.needs.join(', ')}`, '  # ', style.width)]
      : [];
  const undo = one.undo === '' || stays ? [] : [wrap(`undo: ${one.undo}`, '  # ', style.width)];
  const body = stays ? [] : attributes(one, style.width);
  const tail = body.length > 0 ? [`${mark.sign.padStart(3)} ${one.address}`, ...body] : [];
  return [head, ...because, ...hazards, ...needs, ...undo, ...tail].join('\n');
}

/** What a change sets, one attribute a line. */
export function attributes(
  { before, after, after_unknown }: Pick<Change, 'before' | 'after' | 'after_unknown'>,
  width: number,
): string[] {
  if (!after) return [];
  const altered = before ? alteredKeys(before, after) : Object.keys(after).sort();
  const shown = before
    ? altered
    : altered.filter(key => after[key] !== null || after_unknown.includes(key));
  const size = Math.max(0, ...shown.map(key => key.length));
  const lines = shown.map(key => {
    const value = after_unknown.includes(key) ? '(known after keys prepare)' : show(after[key]);
    const text = before ? `${show(before[key])} -> ${value}` : value;
    return wrap(text, `      ${key.padEnd(size)} = `, width);
  });
  const hidden = before ? Object.keys(after).length - shown.length : 0;
  return hidden > 0 ? [...lines, `      # (${hidden} unchanged attributes hidden)`] : lines;
}

/** A value as a reviewer reads it, on one line. */
export function show(value: Json | undefined): string {
  if (typeof value === 'string') return visible(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (value !== null && typeof value === 'object') return table(value as JsonObject);
  return String(value ?? null);
}

function table(value: JsonObject): string {
  const keys = Object.keys(value).sort();
  const entries = keys.map(key => `${key}: ${show(value[key])}`);
  return `{ ${entries.join(', ')} }`;
}

/** What happens to trust, edge by edge. */
export function trust(
  { trust: { reading, edges } }: Pick<Plan, 'trust'>,
  style: PlanStyle,
): string {
  const changed = edges.filter(edge => edge.reading !== 'same');
  if (edges.length === 0) return 'Trust: no edge is managed.';
  if (changed.length === 0) return `Trust: same (${count(edges.length, 'edge')}).`;
  const paint = reading === 'widens' ? style.colors.yellow : style.colors.green;
  return [paint(`Trust: ${reading}`), ...changed.map(edge => edgeLine(edge, style.width))].join(
    '\n',
  );
}

function edgeLine(edge: EdgeReading, width: number): string {
  return wrap(edgeWords(edge), `  ${edge.reading.padEnd(8)}`, width);
}

/** Who accepts whose tokens, how far, and what of that changes. */
export function edgeWords({ address, before, after }: EdgeReading): string {
  const [, acceptor, issuer] = address.split('/');
  const facts = after ?? before ?? {};
  const whom = `${acceptor} accepts tokens of ${issuer} as ${String(facts['issuer'])}`;
  // The user's part of a token is unsigned: who may act for users may act for each of them.
  const level = facts['level'] === 'full' ? 'full (may act for any user)' : facts['level'];
  const how = `level ${String(level)}, by ${String(facts['basis'])}`;
  const changes =
    before && after ? alteredKeys(before, after).map(key => changed(key, before, after)) : [];
  const rest = changes.length > 0 ? `; ${changes.join('; ')}` : after ? '' : '; no longer';
  return `${whom}, ${how}${rest}`;
}

function massChange({ mass_change: reasons }: Plan, style: PlanStyle): string {
  if (reasons.length === 0) return '';
  const lines = reasons.map(({ text }) => wrap(text, '  ', style.width));
  return [style.colors.yellow('Much at once, so that apply asks twice:'), ...lines].join('\n');
}

function changed(key: string, before: JsonObject, after: JsonObject): string {
  return `${key} ${show(before[key])} -> ${show(after[key])}`;
}

function awaiting(list: readonly Awaiting[]): string {
  if (list.length === 0) return '';
  const size = Math.max(...list.map(({ address }) => address.length));
  const lines = list.map(({ address, script, claim }) => {
    const claimed =
      claim === undefined ? '' : `  (claimed to be there as ${JSON.stringify(claim)})`;
    return `  ${address.padEnd(size)}  ${script}${claimed}`;
  });
  return ['Rendered, and no receipt has come back yet:', ...lines].join('\n');
}

function summary(plan: Plan): string {
  const first = outline(plan);
  return plan.checksum === null
    ? `${first}\n${unknown(plan)}`
    : `${first}\nchecksum ${plan.checksum}`;
}

const UNKNOWN = {
  state: 'the recorded state is not here, so that everything looks new',
  keys: 'keys are not here or not made yet, so that their thumbprints and dates are not known',
} as const;

/** What a preview could not know; one line. */
export function unknown({ missing }: Plan): string {
  if (missing.length === 0) return 'It cannot be applied: what was found refuses it.';
  const reasons = missing.map(one => UNKNOWN[one]);
  return `This is a preview and cannot be applied: ${reasons.join('; ')}.`;
}

/** In this order, also where a plan was read from a file, whose keys are sorted. */
const COUNTED = ['ensure', 'create', 'update', 'replace', 'delete', 'forget'] as const;

/** What a plan comes to, in one sentence. */
export function outline({ changes, summary: counted, artifacts, awaiting: awaited }: Plan): string {
  const counts = COUNTED.map(name => [name, counted[name]] as const).filter(([, n]) => n > 0);
  const gone = artifacts.filter(({ action }) => action === 'delete').length;
  const files = artifacts.filter(({ action }) => action !== 'keep').length - gone;
  if (counts.length + files + gone === 0 && changes.some(isChange)) {
    return 'Plan: only what is recorded changes, no server and no file.';
  }
  if (changes.length + files + gone + awaited.length === 0) {
    return 'Nothing to do: nothing here asks for server-to-server trust.';
  }
  if (counts.length + files + gone === 0) {
    return awaited.length === 0
      ? 'No changes. What is recorded matches the topology.'
      : `No changes to write; ${count(awaited.length, 'resource')} not yet reported by a receipt.`;
  }
  const steps = counts.map(([name, n]) => `${n} to ${name}`).join(', ') || 'no resource changes';
  const rest = gone > 0 ? `, ${gone} to delete` : '';
  const sum = `Plan: ${steps}; ${count(files, 'file')} to write${rest}.`;
  return changes.some(isOnServer) || !changes.some(isSeen) ? sum : `${sum} No server changes.`;
}

/** A document is what we expect of a server, and nothing that becomes of one. */
function isOnServer({ actions, kind }: Change): boolean {
  return actions[0] !== 'keep' && kind !== 'document';
}

/** Only who was looked at can be said not to change. */
function isSeen({ because }: Change): boolean {
  return because.some(({ code }) => code === 'seen');
}

/** A number and its noun. */
export function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

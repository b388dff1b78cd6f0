import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSound } from '../../src/compile.ts';
import { CODES } from '../../src/generated/codes.ts';
import { sealPlan, unsealPlan } from '../../src/index.ts';
import { canonical } from '../../src/kernel/canonical.ts';
import type { Json, JsonObject } from '../../src/kernel/json.ts';
import { propose, type Proposal } from '../../src/propose.ts';
import { examine, shownOf, written } from '../properties/compiled.ts';
import { fieldsOf, type Field } from '../properties/fields.ts';
import { HOSTILE, long, some } from '../properties/hostile.ts';
import { ACTIVE, foreignChanges, shapeOf, textsIn } from '../properties/inert.ts';
import { put, textPointers } from '../properties/places.ts';
import { asRequest, hasEngine, startEngine, type Engine } from '../support/engine.ts';

/** A place and a text that was accepted there. */
interface Accepted {
  readonly field: Field;
  readonly text: string;
}

interface Free {
  readonly pointer: string;
  readonly prefix?: string;
  /** Whether scripts hold it. */
  readonly rendered?: true;
  /** Which part of the strings is accepted at least. */
  readonly least: number;
}

const ARCHIVING = '/$defs/features/properties/exchange-archiving/properties';
/** Words of people: most of what can be seen is accepted there. */
const FREE: readonly Free[] = [
  { pointer: '/$defs/partner/else/properties/name', rendered: true, least: 0.5 },
  { pointer: `${ARCHIVING}/configuration`, prefix: 'site:', rendered: true, least: 0.7 },
  { pointer: `${ARCHIVING}/properties/policies/propertyNames`, rendered: true, least: 0.7 },
  { pointer: '/$defs/waiver/properties/reason', least: 0.7 },
  { pointer: '/$defs/acceptance/properties/reason', least: 0.7 },
  { pointer: '/$defs/exchange-server/properties/servers/items/properties/site', least: 0.7 },
];

/** Refused whatever stands there: reserved by the vendor, or a form that is never accepted. */
const NEVER = [
  /\/(serviceName|tenant|alternateAudienceUrl|additionalAudienceUrls)$/,
  /^\/\$defs\/(deployment-common|scenario\/else|certificate\/(else\/){4})/,
];
/** A line that a text made, and not we. */
const FORGED = /^(?:error: )?faked|^\s*(?:error: faked|# faked|\| faked \|)$/im;
/** How many of the strings that break out of nothing in particular every field takes. */
const OTHERS = 10;

const fields = await fieldsOf();
const accepted = new Map<Field, string[]>();

it('has a place for every text that the schema takes, and an accepted text for most', () => {
  const reached = new Set(fields.map(({ place }) => place.pointer));
  expect(textPointers().filter(pointer => !reached.has(pointer))).toEqual([]);
  const never = fields.filter(({ accepts }) => !accepts).map(({ place }) => place.pointer);
  expect(never.filter(one => !NEVER.some(form => form.test(one)))).toEqual([]);
});

describe.each(fields.map((field, turn) => [field.place.pointer, field, turn] as const))(
  '%s',
  (pointer, field, turn) => {
    const free = FREE.find(one => one.pointer === pointer);
    const texts = free?.rendered
      ? HOSTILE.map(text => (free.prefix ?? '') + text)
      : [...some(turn, OTHERS), long(turn)];

    it('refuses a hostile string by a code, or takes it', async () => {
      const taken: string[] = [];
      for (const [index, text] of texts.entries()) {
        const value = put(field.base.value, field.place, text);
        const checked = await examine(written(value, text, index % 2 === 1), field.world);
        const errors = checked.diagnostics.filter(one => one.severity === 'error' && !one.waived);
        const shown = shownOf(checked);
        expect(errors.filter(({ code }) => !(code in CODES))).toEqual([]);
        expect(shown).not.toMatch(ACTIVE);
        expect(shown).not.toMatch(FORGED);
        if (isSound(checked)) taken.push(text);
        else expect(errors, JSON.stringify(text)).not.toEqual([]);
      }
      accepted.set(field, taken);
      if (free) expect(taken.length).toBeGreaterThan(texts.length * free.least);
    });
  },
);

describe.skipIf(!hasEngine)('what was taken', () => {
  let engine: Engine;
  beforeAll(() => void (engine = startEngine()));
  afterAll(() => engine.close());

  const judged = new Map<string, Promise<Judged>>();
  function judge(name: string, bytes: Uint8Array): Promise<Judged> {
    const request = asRequest({ name, bytes });
    const key = request.bytes;
    const known = judged.get(key);
    if (known) return known;
    const answer = (async () => ({
      declared: await engine.request<JsonObject>('declared', request),
      parsed: await engine.request<Parsed>('parse', request),
    }))();
    judged.set(key, answer);
    return answer;
  }

  const plain = new Map<string, Promise<Proposal>>();
  function unaltered({ base, world }: Field): Promise<Proposal> {
    const known = plain.get(base.name) ?? proposalOf(JSON.stringify(base.value), world);
    plain.set(base.name, known);
    return known;
  }

  it('stands in the scripts as data, and changes nothing else of what is written', async () => {
    const cases = together(
      [...accepted].flatMap(([field, texts]) =>
        sampled(field, texts).map(text => ({ field, text })),
      ),
    );
    expect(cases.length).toBeGreaterThan(400);
    const wrong: string[] = [];
    for (const one of cases) wrong.push(...(await faultsOf(one)));
    expect(wrong.slice(0, 20)).toEqual([]);
  });

  async function faultsOf(texts: readonly Accepted[]): Promise<string[]> {
    const [first] = texts;
    if (!first) return [];
    const { base, world } = first.field;
    const value = texts.reduce((now, { field, text }) => put(now, field.place, text), base.value);
    const before = await unaltered(first.field);
    const after = await proposalOf(JSON.stringify(value), world);
    const about = texts.map(({ text }) => JSON.stringify(text)).join(' ');
    const faults = [...documentFaults(before, after), ...(await planFaults(after))];
    const held = new Set<string>();
    for (const [path, bytes] of scriptsOf(after)) {
      const old = scriptsOf(before).get(path);
      if (!old) faults.push(`${path} is new`);
      else if (!Buffer.from(old).equals(bytes)) {
        const [one, two] = await Promise.all([judge(path, old), judge(path, bytes)]);
        faults.push(...scriptFaults(one, two, texts).map(fault => `${path}: ${fault}`));
        for (const text of textsIn(two.declared)) held.add(text);
      }
    }
    const lost = texts.filter(({ field, text }) => isRendered(field) && !held.has(text));
    faults.push(...lost.map(({ text }) => `not declared anywhere: ${JSON.stringify(text)}`));
    return faults.map(fault => `${base.name} with ${about}: ${fault}`);
  }
});

interface Parsed {
  readonly errors: readonly unknown[];
  readonly commands: readonly string[];
}

interface Judged {
  readonly declared: JsonObject;
  readonly parsed: Parsed;
}

/** What the free words of one base may carry at the same time is rendered at the same time. */
function together(all: readonly Accepted[]): Accepted[][] {
  const groups = new Map<string, Accepted[]>();
  const turns = new Map<Field, number>();
  for (const one of all) {
    const free = isFree(one.field);
    const turn = turns.get(one.field) ?? 0;
    turns.set(one.field, turn + 1);
    const key = free ? `${one.field.base.name} ${turn}` : `alone ${groups.size}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function isFree({ place }: Field): boolean {
  return FREE.some(({ pointer }) => pointer === place.pointer);
}

/** Names of files are in no script: some of them tell as much as all. */
function sampled({ place }: Field, texts: readonly string[]): readonly string[] {
  return place.written.endsWith('.cer') ? texts.filter((_, index) => index % 10 === 0) : texts;
}

function isRendered({ place }: Field): boolean {
  return FREE.some(({ pointer, rendered }) => rendered === true && pointer === place.pointer);
}

async function proposalOf(text: string, world: Field['world']): Promise<Proposal> {
  const checked = await examine(text, world);
  if (!isSound(checked)) throw new Error(shownOf(checked));
  const proposal = await propose(checked, world);
  const shown = shownOf(checked, proposal.plan);
  expect(shown).not.toMatch(ACTIVE);
  expect(shown).not.toMatch(FORGED);
  return proposal;
}

function scriptsOf({ artifacts }: Proposal): Map<string, Uint8Array> {
  const scripts = artifacts.filter(({ path }) => path.endsWith('.ps1'));
  return new Map(scripts.map(({ path, bytes }) => [path, bytes]));
}

/** One text has taken the place of another, and there is no command that was not there before. */
function scriptFaults(before: Judged, after: Judged, texts: readonly Accepted[]): string[] {
  const swapped = (one: string): string =>
    texts.reduce((now, { field, text }) => now.replaceAll(field.place.written, () => text), one);
  const folded = (one: string): string =>
    texts.reduce(
      (now, { field, text }) =>
        now.replaceAll(field.place.written.toLowerCase(), () => text.toLowerCase()),
      one.toLowerCase(),
    );
  // Names of machines lose their case; people's words are held as they are written.
  const exact = texts.every(({ field }) => isFree(field));
  const same = (one: string, two: string): boolean =>
    two === swapped(one) || (!exact && two.toLowerCase() === folded(one));
  const commands = after.parsed.commands.join() === before.parsed.commands.join();
  return [
    ...foreignChanges(before.declared, after.declared, same),
    ...after.parsed.errors.map(error => `does not parse: ${JSON.stringify(error)}`),
    ...(commands ? [] : [`other commands: ${after.parsed.commands.join()}`]),
  ];
}

/** The runbook keeps its shape, line by line, and what is JSON stays JSON. */
function documentFaults(before: Proposal, after: Proposal): string[] {
  return after.artifacts.flatMap(({ path, bytes }) => {
    if (/\.(ps1|cer)$/.test(path)) return [];
    const text = Buffer.from(bytes).toString();
    if (ACTIVE.test(text)) return [`${path}: something that a terminal acts on`];
    if (path.endsWith('.json')) return isJson(text) ? [] : [`${path}: no JSON`];
    const old = before.artifacts.find(one => one.path === path)?.bytes ?? new Uint8Array();
    const [one, two] = [shapeOf(Buffer.from(old).toString()), shapeOf(text)];
    const at = two.findIndex((kind, index) => kind !== one[index]);
    return at < 0 && one.length === two.length
      ? []
      : [`${path}:${at + 1}: ${two[at]} instead of ${one[at]}: ${text.split('\n')[at]}`];
  });
}

async function planFaults({ plan }: Proposal): Promise<string[]> {
  const again: unknown = await unsealPlan(await sealPlan(plan), 'plan.json');
  return canonical(again as Json) === canonical(plan as unknown as Json)
    ? []
    : ['plan: not itself when read again'];
}

function isJson(text: string): boolean {
  const value = JSON.parse(text) as Json;
  return typeof value === 'object' && value !== null;
}

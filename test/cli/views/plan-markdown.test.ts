import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isSound, check } from '../../../src/compile.ts';
import { markdownPlan } from '../../../src/cli/views/plan-markdown.ts';
import type { Change, EdgeReading, Plan } from '../../../src/plan/plan.ts';
import { propose } from '../../../src/propose.ts';
import { bench } from '../../support/cli.ts';
import { goldenProject } from '../../support/golden-world.ts';
import { nodesOf, parsed, skeleton } from '../../support/markdown.ts';
import { HOSTILE, long } from '../../properties/hostile.ts';

const LIMIT = 65_536;
/** Texts of a plan that are words of ours, numbers or digests: nobody can write another there. */
const OURS = new Set(
  ['kind', 'actions', 'reading', 'severity', 'standing', 'code', 'checksum', 'sha256'].concat([
    'templates',
    'state',
    'lineage',
    'clock',
    'format_version',
    'tool',
    'not_after',
    'summary',
  ]),
);

let plan: Plan;

beforeAll(async () => {
  const { files, world } = goldenProject('skype-exchange-se');
  const checked = await check(files, world);
  if (!isSound(checked)) throw new Error('the example is refused');
  plan = furnished((await propose(checked, world)).plan);
});

/** A plan in which everything occurs that a comment shows. */
function furnished(made: Plan): Plan {
  const [first, second] = made.changes;
  const others = made.changes.slice(-1);
  if (!first || !second) throw new Error('the example changes nothing');
  const gone: Change = { ...second, actions: ['delete'], before: second.after, after: null };
  const renamed: Change = {
    ...first,
    actions: ['update'],
    before: { ...first.after, subject: 'CN=before' },
    because: [
      { code: 'changed/subject', text: 'subject: "CN=before" -> "CN=after"' },
      { code: 'changed/names', text: 'names: [] -> ["a"]' },
    ],
  };
  return {
    ...made,
    changes: [renamed, gone, ...others],
    mass_change: [{ code: 'realm-changed', text: 'the realm of a changes from b to c' }],
    awaiting: [
      {
        address: 'partner/a/b',
        script: 'a/scripts/40.ps1',
        since: made.clock,
        standing: 'rendered',
      },
    ],
    diagnostics: [
      {
        code: 'realm/unused',
        severity: 'warning',
        summary: 'A summary',
        detail: 'a detail',
        help: 'what to do',
        place: { file: 'topology.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 },
        related: [],
        waived: { reason: 'known', until: '2030-01-01' },
      } as unknown as Plan['diagnostics'][number],
    ],
  };
}

/** The same plan with another text, each in turn, wherever somebody could have written one. */
function replaced(value: unknown, next: () => string, key = ''): unknown {
  if (OURS.has(key)) return value;
  if (typeof value === 'string' && (key === 'address' || key === 'name')) return value;
  // No file system has a longer name.
  if (typeof value === 'string') return key === 'file' ? next().slice(0, 255) : next();
  if (Array.isArray(value)) return value.map(one => replaced(one, next, key));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, one]) => [name, replaced(one, next, name)]);
  return Object.fromEntries(entries);
}

const hostile = (...texts: readonly string[]): Plan => {
  let turn = 0;
  return replaced(plan, () => texts[turn++ % texts.length] ?? '') as Plan;
};

describe('a plan as the comment of a pull request', () => {
  it('reads as this page', async () => {
    const { files, world } = goldenProject('skype-exchange-se');
    const checked = await check(files, world);
    if (!isSound(checked)) throw new Error('the example is refused');
    const made = await propose(checked, world);
    const page = await markdownPlan(made.plan);
    await expect(page).toMatchFileSnapshot('expected/skype-exchange-se.md');
  });

  it('begins with a line by which a bot finds it again, whatever else changes', async () => {
    const first = (await markdownPlan(plan)).split('\n')[0];
    expect(first).toBe('<!-- concordat plan northwind -->');
    expect((await markdownPlan({ ...plan, changes: [] })).split('\n')[0]).toBe(first);
    const sly = await markdownPlan({ ...plan, name: 'a--> <b>' });
    expect(sly.split('\n')[0]).toBe('<!-- concordat plan a%2d-%3e%20%3cb%3e -->');
  });

  it('says first what nobody may overlook', async () => {
    const page = await markdownPlan(plan);
    const at = (words: string): number => {
      expect(page).toContain(words);
      return page.indexOf(words);
    };
    const order = [
      'widens trust',
      plan.checksum ?? '',
      '**Widens trust:** 2 edges',
      '**Deletes:** 1 object',
      '**Much at once:**',
      '| Action | Address | Why |',
      '### Trust',
      '### Hazards',
      '### Rendered, and no receipt',
      '### Certificates that end soonest',
      'Every attribute',
      'Diagnostics',
      'Made by Concordat',
      `concordat apply --allow-widening=${plan.checksum ?? ''} --allow-mass-change=`,
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('has the sign of a change, and of each attribute, in the first column of its diff', async () => {
    const page = await markdownPlan(plan);
    expect(page).toMatch(/^~ certificate\/exchange\n- {5}subject = "CN=before"\n\+ {5}subject = /m);
    expect(page).toMatch(/^- certificate\/skype\n- {5}keySize = 2048$/m);
    expect(page).toMatch(/^# {5}\(\d+ unchanged attributes hidden\)$/m);
  });

  it('says of a record that changes alone why, and offers no way back: nothing runs', async () => {
    const [first] = plan.changes;
    if (!first) throw new Error('the plan is empty');
    const why = [{ code: 'protected', text: 'it is protected from now on' }];
    const kept = { ...first, actions: ['keep' as const], because: why };
    const page = await markdownPlan({ ...plan, changes: [kept] });
    const lines = [`# ${first.address} stays as it is`, '# (because it is protected from now on)'];
    expect(page).toContain(`\`\`\`diff\n${lines.join('\n')}\n`);
    expect(page).not.toContain('# undo:');
  });

  it('offers no command to apply where there is nothing to apply, or only a preview', async () => {
    const preview = await markdownPlan({
      ...plan,
      complete: false,
      missing: ['state'],
      checksum: null,
    });
    expect(preview).toContain('a preview, which cannot be applied');
    const kept = plan.changes.map(one => ({ ...one, actions: ['keep' as const], because: [] }));
    const empty = await markdownPlan({ ...plan, changes: kept, artifacts: [] });
    expect(empty).toContain('nothing to do');
    for (const page of [preview, empty]) expect(page).not.toContain('concordat apply');
  });

  it.each([
    [['topology.yaml'], 'concordat apply --'],
    [['topology/a.yaml', 'topology/b/c.yaml'], 'concordat apply --'],
    [['estate.yml'], 'concordat apply estate.yml --'],
    [['estate/a.yaml'], 'concordat apply estate --'],
    [["it's; reboot.yaml"], "concordat apply './it'\\''s; reboot.yaml' --"],
    [['--auto-approve.yaml'], "concordat apply './--auto-approve.yaml' --"],
  ])('names the topology %j in the command as a shell reads it', async (files, command) => {
    const topology = files.map(file => ({ file, sha256: '0'.repeat(64) }));
    const page = await markdownPlan({ ...plan, digests: { ...plan.digests, topology } });
    expect(page).toContain(`\n${command}`);
  });
});

describe('no name or text of a topology', () => {
  it('changes anything of the comment outside of code, nor its structure', async () => {
    const expected = skeleton(parsed(await markdownPlan(hostile('harmless'))));
    for (const text of ['```', '~~~', '`', '|', '\n```\n', '</details>', '-->', '']) {
      expect(skeleton(parsed(await markdownPlan(hostile(text)))), text).toEqual(expected);
    }
    for (let turn = 0; turn < 50; turn++) {
      // Each text stands in several places, beside others each time.
      const from = (turn * 97) % HOSTILE.length;
      const texts = [...HOSTILE.slice(from), ...HOSTILE.slice(0, from)];
      const page = await markdownPlan(hostile(...texts));
      expect(skeleton(parsed(page)), `from ${from}`).toEqual(expected);
    }
  });

  it('makes a link, a picture, a mention or a tag', async () => {
    const kinds = new Set(['link', 'image', 'linkReference', 'definition', 'footnoteDefinition']);
    const tags = ['<!-- concordat', '<details>', '</details>'];
    for (const text of ['@everyone #1 GH-1 https://a.example', '<b>', '[a](b)', '[a]: b']) {
      const nodes = nodesOf(parsed(await markdownPlan(hostile(text))));
      expect(nodes.filter(({ type }) => kinds.has(type))).toEqual([]);
      const html = nodes.flatMap(one => (one.type === 'html' ? [one.value] : []));
      expect(html.filter(one => !tags.some(tag => one.startsWith(tag)))).toEqual([]);
    }
  });

  it('hides a character: what a renderer would act on or not show is spelled', async () => {
    const page = await markdownPlan(hostile('a\u202eb\u200bc\u0000d\u001b[31m'));
    expect(page).toContain('a<U+202E>b<U+200B>c<U+0000>d<U+001B>[31m');
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b\u202e]/);
  });
});

describe('a comment has room on a forge', () => {
  const many = <T extends { readonly address: string }>(one: T | undefined, n: number): T[] =>
    Array.from({ length: n }, (_, i) => ({ ...one, address: `${one?.address}-${i}` }) as T);

  it.each([
    [1, 1],
    [60, 2],
    [900, 40],
    [3000, 3000],
  ])('with %i changes and %i edges it is whole, or cut and counted', async (n, edges) => {
    const [edge] = plan.trust.edges;
    const large: Plan = {
      ...plan,
      changes: many(plan.changes.at(-1), n),
      trust: { reading: 'widens', edges: many<EdgeReading>(edge, edges) },
    };
    const page = await markdownPlan(large);
    expect(page.length).toBeLessThanOrEqual(LIMIT);
    const nodes = nodesOf(parsed(page));
    const html = nodes.flatMap(one => (one.type === 'html' ? [one.value.split('\n')[0]] : []));
    expect(html.filter(one => one === '<details>')).toHaveLength(
      html.filter(one => one === '</details>').length,
    );
    const rows = nodes.filter(({ type }) => type === 'tableRow').length - 1;
    const left = Number(/^(\d+) more changes left out here/m.exec(page)?.[1] ?? 0);
    expect(Math.max(rows, 0) + left).toBe(n);
    expect(page).toContain(`**Widens trust:** ${edges} edge`);
    expect(page).toContain(`concordat apply --allow-widening=${plan.checksum ?? ''}`);
    if (left > 0) {
      expect(page).toMatch(/^\d+ more lines of attributes left out here; .*concordat show FILE/m);
      // What was cut last has used the room that there was.
      expect(page.length + page.split('\n').length).toBeGreaterThan(LIMIT - 1500);
    }
  });

  it('also when single texts are very long', async () => {
    for (const turn of [0, 16, 19]) {
      const page = await markdownPlan(hostile(long(turn)));
      expect(page.length).toBeLessThanOrEqual(LIMIT);
      expect(page).toContain('more characters)');
      expect(page.trimEnd().endsWith('```')).toBe(true);
    }
  });
});

describe('concordat', () => {
  it('prints the same comment of a plan and of the file it was saved to', () => {
    const { run } = bench('skype-exchange-se');
    const made = run(['plan', '--format', 'markdown', '--out', 'plan.json']);
    expect(made.exit, made.err).toBe(0);
    expect(run(['show', 'plan.json', '--format', 'markdown']).out).toBe(made.out);
  });

  it('adds every file with --diff, and cuts that first', () => {
    const { run } = bench('skype-exchange-se');
    const { out } = run(['plan', '--format', 'markdown', '--diff']);
    expect(out.length).toBeLessThanOrEqual(LIMIT);
    expect(out).toContain('<summary>Every file</summary>');
    expect(out).toMatch(/^\+\$Declared = @\{/m);
    expect(out).toMatch(/^\d+ more lines of files left out here/m);
    expect(out).not.toContain('more lines of attributes left out');
  });

  it('says in the same place that a topology is refused, with place and exit code 5', () => {
    const { folder, run } = bench('skype-exchange-se');
    const file = join(folder, 'topology.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('realm: mail', 'realm: <b>@all</b>`'));
    const { exit, out } = run(['plan', '--format', 'markdown']);
    expect(exit).toBe(5);
    expect(out.split('\n')[0]).toBe('<!-- concordat plan northwind -->');
    expect(out).toContain('## Concordat plan of `northwind`: the topology is refused');
    expect(out).toMatch(/^topology\.yaml:\d+:\d+: /m);
    expect(out).not.toContain('Checksum');
    const html = nodesOf(parsed(out)).filter(({ type }) => type === 'html');
    expect(html).toHaveLength(3);
  });

  it('finds the name also where nothing can be parsed', () => {
    const { folder, run } = bench('skype-exchange-se');
    writeFileSync(join(folder, 'topology.yaml'), 'name: northwind\n? [\n');
    const { exit, out } = run(['plan', '--format', 'markdown']);
    expect([exit, out.split('\n')[0]]).toEqual([5, '<!-- concordat plan northwind -->']);
  });

  it('makes no comment of a state', () => {
    const { folder, run } = bench('skype-exchange-se');
    mkdirSync(join(folder, '.concordat'));
    const golden = new URL(
      '../../../examples/skype-exchange-se/expected/state.json',
      import.meta.url,
    );
    writeFileSync(join(folder, 'state.json'), readFileSync(golden));
    const { exit, err } = run(['show', 'state.json', '--format', 'markdown']);
    expect(exit).toBe(5);
    expect(err).toContain('state.json is a state; --format markdown is the comment');
  });
});

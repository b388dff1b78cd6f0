import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectedIn, diagnose, drift, importTopology, isPlanned, plan } from '../../src/index.ts';
import type { Json, JsonObject } from '../../src/kernel/json.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';
import { changesOnServers, measured, projectOf } from '../powershell/circle.ts';
import { exchange, NOW, skype } from './sides.ts';

/** A value that no server shows there. */
const odd = fc.oneof(
  fc.constantFrom<Json>(
    null,
    '',
    0,
    -1,
    true,
    [],
    {},
    [[]],
    { a: null },
    '\n',
    '\u202e',
    '__proto__',
  ),
  fc.constantFrom<Json>(
    'https://',
    'a b',
    '*',
    "'",
    '"',
    '# x',
    '- y',
    'x: y',
    '{',
    '&a',
    '!t',
    '%',
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ minLength: 300, maxLength: 400 }),
  fc.jsonValue({ maxDepth: 2 }).map(value => value as Json),
);

const change = fc.record({
  side: fc.constantFrom(0, 1),
  command: fc.nat(),
  object: fc.nat(),
  property: fc.nat(),
  value: odd,
  drop: fc.boolean(),
});

type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

/** One property of one object is something else, or is not there. */
function changed(reads: readonly Read[], one: Change): Read[] {
  return reads.map((read, side) => {
    if (side !== one.side) return read;
    const commands = Object.keys(read.objects).filter(
      name => (read.objects[name] ?? []).length > 0,
    );
    const command = commands[one.command % commands.length] ?? '';
    const objects = (read.objects[command] ?? []).map((object, at, all): JsonObject => {
      const names = Object.keys(object);
      const name = names[one.property % names.length] ?? '';
      if (at !== one.object % all.length) return object;
      const { [name]: _, ...rest } = object;
      return one.drop ? rest : { ...object, [name]: one.value };
    });
    return { ...read, objects: { ...read.objects, [command]: objects } };
  });
}

describe('evidence in which something is odd', () => {
  it('is imported without changing a server, or refused by name', async () => {
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async changes => {
        const reads = changes.reduce<readonly Read[]>(changed, [skype(), exchange()]);
        const evidence = reads.map(read => evidenceOf(read));
        const found = await importTopology({
          evidence,
          file: 'topology.yaml',
          name: undefined,
          now: NOW,
        });
        const errors = found.diagnostics.filter(({ severity }) => severity === 'error');
        if (!('text' in found)) {
          expect(errors.map(({ help }) => help)).not.toEqual([]);
          return;
        }
        expect(found.text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f\u202a-\u202e]/);
        if (errors.length > 0) return;
        await drift(projectOf(found, NOW).project, evidence);
        const planned = await measured(projectOf(found, NOW), evidence);
        const others = changesOnServers(planned).filter(line => !/^certificate\//.test(line));
        expect(others).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 60), seed: 1 });
  });

  it('is measured against and asked without a fault of ours', async () => {
    const sound = [skype(), exchange()].map(read => evidenceOf(read));
    const found = await importTopology({
      evidence: sound,
      file: 'topology.yaml',
      name: undefined,
      now: NOW,
    });
    if (!('text' in found)) throw new Error('no topology');
    const { project } = projectOf(found, NOW);
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(changes, async all => {
      const reads = all.reduce<readonly Read[]>(changed, [skype(), exchange()]);
      const evidence = reads.map(read => evidenceOf(read));
      const planned = await plan(project, { evidence });
      const { checked, drift: drifted } = await drift(project, evidence);
      const told = isPlanned(planned) && drifted ? [] : checked.diagnostics;
      expect(told.map(({ help }) => help === '')).not.toContain(true);
      const collected = await collectedIn(evidence);
      const header = Buffer.from('x-ms-diagnostics: 2000003;reason="The token has expired"');
      const { causes } = await diagnose(header, NOW, collected.evidence);
      expect(JSON.stringify(causes)).not.toContain('[object');
    });
    await fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 120), seed: 2 });
  });
});

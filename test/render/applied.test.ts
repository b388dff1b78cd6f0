import { describe, expect, it } from 'vitest';
import { lower } from '../../src/graph/lower.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { appliedInput, appliedSteps } from '../../src/render/applied.ts';
import type { RenderInput } from '../../src/render/input.ts';
import { declaredSteps } from '../../src/render/steps.ts';
import { bigTopology } from '../bench/topologies.mjs';
import { exampleText, lowering } from '../support/lowered.ts';
import { record } from '../support/recorded.ts';
import { exampleNames } from '../support/rendered.ts';

function inputOf(text: string): RenderInput {
  const input = lowering(text);
  return { ...input, catalog: readCatalog(), graph: lower(input), removing: [] };
}

const told = (steps: ReturnType<typeof declaredSteps>): unknown[] =>
  steps.map(({ product: { id }, ...step }) => ({ ...step, id }));

describe('the steps of the last apply', () => {
  const texts = [...exampleNames().map(exampleText), bigTopology(20)];
  const renamed = (text: string): string =>
    text
      .replaceAll(/\b(s1[0-3]|exchange)\b(?=[,\]: ])/g, 'zz-$1')
      .replaceAll(/(?<=, )exchange(?=\])/g, 'zz-exchange');

  it.each(
    texts.flatMap(text => [
      [text, text],
      [text, renamed(text)],
    ]),
  )('are the declared ones, whatever is declared today (%#)', (then, today) => {
    const steps = declaredSteps(inputOf(then));
    const artifacts = Object.fromEntries(steps.map(({ script }) => [script, '0']));
    const snapshot = { ...record(then, 'rendered'), artifacts };
    expect(told(appliedSteps(appliedInput(inputOf(today), snapshot), snapshot))).toEqual(
      told(steps),
    );
  });
});

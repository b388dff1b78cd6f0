import { expect, it } from 'vitest';
import { mutate } from '../../src/proof/mutate.ts';
import { exampleInput } from './bundle.ts';

it('x', async () => {
  const results = await mutate(exampleInput());
  for (const r of results) console.log(r.caught, r.file, r.line, r.what, r.by.join(','));
});

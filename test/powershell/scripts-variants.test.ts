import { describe } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { runScripts } from './running.ts';
import { wantedVariants } from './wanted.ts';

describe.skipIf(!hasEngine)('the scripts of variants', () => {
  runScripts('variants', wantedVariants);
});

import { describe } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { runScripts } from './running.ts';
import { wantedOthers } from './wanted.ts';

describe.skipIf(!hasEngine)('the scripts of other variants', () => {
  runScripts('variants', wantedOthers);
});

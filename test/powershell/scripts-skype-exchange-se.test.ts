import { describe } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { renderExample } from '../support/rendered.ts';
import { runScripts } from './running.ts';

describe.skipIf(!hasEngine)('the scripts of skype-exchange-se', () => {
  runScripts('skype-exchange-se', async () => [
    { rendered: await renderExample('skype-exchange-se') },
  ]);
});

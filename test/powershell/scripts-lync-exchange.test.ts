import { describe } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { renderExample } from '../support/rendered.ts';
import { runScripts } from './running.ts';

describe.skipIf(!hasEngine)('the scripts of lync-exchange', () => {
  runScripts('lync-exchange', async () => [{ rendered: await renderExample('lync-exchange') }]);
});

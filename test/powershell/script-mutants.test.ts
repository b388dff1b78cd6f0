import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readList } from '../campaign/script-mutants/list.ts';
import { mutantsOf } from '../campaign/script-mutants/mutants.ts';
import { pageOf } from '../campaign/script-mutants/page.ts';
import { hasEngine, startEngine } from '../support/engine.ts';
import { documentedCommands } from './shell.ts';
import { wantedTopologies } from './wanted.ts';

const rows = [...readList().values()];
/** The least share of mutants that the runs catch, in hundredths. */
const LEAST = 95;

describe('the list of mutants of the scripts', () => {
  it('explains every survivor, one by one', () => {
    const silent = rows.filter(({ verdict, why }) => verdict === 'survived' && why === '');
    expect(silent.map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
  });

  it('shows that nearly all are caught, and that none is left open', () => {
    const open = rows.filter(({ verdict }) => verdict !== 'caught' && verdict !== 'survived');
    expect(open.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual([]);
    const caught = rows.filter(({ verdict }) => verdict === 'caught').length;
    expect(100 * caught).toBeGreaterThanOrEqual(LEAST * rows.length);
  });

  it('has a page for people', () => {
    const page = new URL('../../docs/script-mutants.md', import.meta.url);
    expect(readFileSync(page, 'utf8')).toBe(pageOf(rows));
  });

  it.skipIf(!hasEngine)('has the mutants of the templates as they are', async () => {
    const engine = startEngine();
    try {
      await engine.request('documented', { commands: documentedCommands() });
      const now = await mutantsOf(await wantedTopologies(), engine);
      expect(rows.map(({ id, text }) => `${id}\t${text}`)).toEqual(
        now.map(({ id, text }) => `${id}\t${text}`),
      );
    } finally {
      await engine.close();
    }
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPEN, readList } from '../campaign/script-mutants/list.ts';
import { mutantsOf } from '../campaign/script-mutants/mutants.ts';
import { pageOf } from '../campaign/script-mutants/page.ts';
import { hasEngine, startEngine } from '../support/engine.ts';
import { documentedCommands } from './shell.ts';
import { wantedTopologies } from './wanted.ts';

const rows = [...readList().values()];
/** The least share of mutants that the runs catch, in hundredths. */
const LEAST = 95;
/** Mutants whose last word is not spoken; this number only goes down. */
const MOST_OPEN = 42;

describe('the list of mutants of the scripts', () => {
  it('explains every survivor, one by one', () => {
    const silent = rows.filter(({ verdict, why }) => verdict === 'survived' && why === '');
    expect(silent.map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
  });

  it('shows that nearly all are caught, and that few are open', () => {
    const of = (wanted: string) => rows.filter(({ verdict }) => verdict === wanted).length;
    const open = of(OPEN) + of('not judged');
    expect(of('caught') + of('survived') + open).toBe(rows.length);
    expect(open).toBeLessThanOrEqual(MOST_OPEN);
    expect(100 * of('caught')).toBeGreaterThanOrEqual(LEAST * rows.length);
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

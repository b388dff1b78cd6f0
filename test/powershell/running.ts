import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { report } from './report.ts';
import { plannedOf, type Met, type Planned, type Row, type Wanted } from './scripts.ts';
import { BEHAVIOURS, startShell, type Shell } from './shell.ts';

/** Runs everything that is planned, and keeps the page that says what was run. */
export function runScripts(page: string, wanted: () => Promise<readonly Wanted[]>): void {
  let shell: Shell;
  const planned: Planned[] = [];
  const rows: Row[] = [];
  const met: Met = { called: new Set(), refusals: new Set() };

  beforeAll(async () => {
    shell = await startShell();
    for (const one of await wanted()) planned.push(...(await plannedOf(one, shell)));
  }, 600_000);
  afterAll(() => shell.close());

  it('keep every promise, in every state', async () => {
    const broken: string[] = [];
    for (const one of planned) {
      try {
        rows.push(await one.run(met));
      } catch (fault) {
        broken.push(fault instanceof Error ? fault.message : String(fault));
      }
    }
    expect(broken.join('\n\n')).toBe('');
  }, 1_200_000);

  it('call nothing that the table of behaviours does not know to refuse', () => {
    const refusing = new Set(BEHAVIOURS.map(({ command }) => command));
    expect([...met.called].filter(name => !refusing.has(name))).toEqual([]);
  });

  it('are counted in the docs', () => {
    const file = fileURLToPath(new URL(`../../docs/scripts/${page}.md`, import.meta.url));
    const now = report(page, rows);
    if (process.env['PAGES'] === 'keep') writeFileSync(file, now);
    // What is run is compared; how many calls that took is a figure of the day it was written.
    expect(withoutFigures(now)).toBe(withoutFigures(readFileSync(file, 'utf8')));
  });
}

function withoutFigures(text: string): string {
  return text.replace(/\d+(?= \||[ a-z]+[,.])/g, 'n');
}

import { expect, it } from 'vitest';
import { renderExample } from '../support/rendered.ts';
import { plannedOf, type Row } from './scripts.ts';
import { startShell } from './shell.ts';

for (const name of (process.env['EX'] ?? 'lync-exchange').split(','))
  it(
    name,
    async () => {
      const shell = await startShell();
      const rendered = await renderExample(name);
      const planned = await plannedOf(rendered, shell);
      const met = { called: new Set<string>(), refusals: new Set<string>() };
      const rows: Row[] = [];
      const t0 = Date.now();
      for (const one of planned) {
        if (process.env['ONLY'] && !one.name.includes(process.env['ONLY'])) continue;
        const started = Date.now();
        try {
          const row = await one.run(met);
          rows.push(row);
          console.log(one.name, 'ok', row.runs, row.calls, row.faults, Date.now() - started, 'ms');
        } catch (e) {
          console.log(one.name, 'FAIL', (e as Error).message.slice(0, 2200));
        }
      }
      console.log(
        rows.reduce((a, r) => a + r.runs, 0),
        'runs',
        Date.now() - t0,
        'ms',
        [...met.refusals],
      );
      await shell.close();
      expect(rows.length).toBeGreaterThan(1);
    },
    900_000,
  );

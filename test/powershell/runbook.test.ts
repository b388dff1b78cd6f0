import { expect, it } from 'vitest';
import { freshSigning } from './cases.ts';
import { estateOf } from './estate.ts';
import { beginWith, check, report, take } from './follow.ts';
import { Office } from './office.ts';
import { startShell } from './shell.ts';

for (const example of ['lync-exchange', 'skype-exchange-se']) {
  it(`${example}`, async () => {
    const shell = await startShell();
    let t = Date.now();
    const lap = (w: string) => {
      console.log(w, Date.now() - t);
      t = Date.now();
    };
    const office = Office.open(example);
    const planned = await office.apply();
    lap('apply');
    const rendered = { name: example, checked: planned, proposal: planned, before: [] };
    const world = estateOf(rendered, freshSigning(rendered));
    world.clock = '2026-03-09T13:00:00.0000000Z';
    lap('estate');
    const follower = beginWith({ shell, office, world, pace: Number(process.env['PACE'] ?? 10) });
    const moments = await take(follower, follower.runbook.steps, { world, files: new Map() });
    lap('take');
    await take(follower, follower.runbook.steps, { world, files: new Map() });
    lap('take again');
    const end = moments.at(-1)!;
    await check(follower, end);
    lap('check');
    await report(office, end);
    lap('report');
    expect(end.world.deployments['skype']?.['contactsMoving'] ?? false).toBe(false);
    await shell.close();
  });
}

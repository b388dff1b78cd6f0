import { wantedTopologies } from '../powershell/wanted.ts';
import { plannedOf } from '../powershell/scripts.ts';
import { startShell } from '../powershell/shell.ts';
const all = await wantedTopologies();
const half = Number(process.env.HALF);
const shell = await startShell();
for (const w of all.filter((_, i) => i % 2 === half)) {
  const t = Date.now();
  const planned = await plannedOf(w, shell);
  const t1 = Date.now();
  let n = 0;
  for (const p of planned) { if (/fault/.test(p.kind) && !/50-restart/.test(p.one.script)) continue; if (/fault|without its files|again, undo/.test(p.kind) || (p.one.state.startsWith("drifted") && !p.kind.startsWith("what if"))) continue;
    try { await p.run({ called: new Set(), refusals: new Set() }); n++; } catch (e) { console.log('BROKEN', (e as Error).message.slice(0, 600)); } }
  console.log(w.rendered.name, n, 'of', planned.length, t1 - t, Date.now() - t1);
}
await shell.close();

// One apply in a process of its own: node kill-victim.mjs CODE FOLDER GENERATION
// Ends as the command line does: 0, 130 on the first SIGINT, or the refusal's code and one line.
import { applyGeneration, load } from './kill-fixture.mjs';

/* global AbortController */
const [code, folder, generation] = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGINT', () => stop.abort());
const parts = await load(code);
try {
  const options = { generation: Number(generation), signal: stop.signal };
  const { outcome } = await applyGeneration(parts, folder, options);
  process.exitCode = outcome === 'interrupted' ? 130 : 0;
} catch (error) {
  if (!(error instanceof parts.Refusal)) throw error;
  console.error(`${error.diagnostic.code}: ${error.diagnostic.detail}; ${error.diagnostic.help}`);
  process.exitCode = error.exit;
}

import type { Secret } from '../kernel/secret.ts';
import type { KeyPair } from '../ports/world.ts';
import { alterBytes, alterLiteral } from './alter.ts';
import { readBundle, type Script } from './bundle.ts';
import type { ProofInput } from './input.ts';
import { prove } from './prove.ts';

/** One change to written files, and the tree with it. */
export interface Alteration {
  readonly file: string;
  readonly line: number;
  /** `Partner.MetadataUrl`, `a byte of a certificate`, `the whole script`. */
  readonly what: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What became of an alteration. */
export interface MutationResult {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  /** A refused token, a failed check without tokens, or what notices it outside of the proof. */
  readonly caught: 'token' | 'check' | 'guard' | 'nothing';
  /** Rules that refused, codes that reported, or the guard in words. */
  readonly by: readonly string[];
}

/** What became of every alteration. */
export interface MutationReport {
  readonly alterations: readonly MutationResult[];
  /** Those that nothing notices. */
  readonly unnoticed: readonly MutationResult[];
}

/** Alters one thing at a time and proves what is left, with digests switched off. */
export async function mutate(input: ProofInput): Promise<MutationReport> {
  const quick = remembering({ ...input, digests: false, forgeries: false });
  const results: MutationResult[] = [];
  for (const alteration of alterations(input.files)) results.push(await tryOne(alteration, quick));
  return { alterations: results, unnoticed: results.filter(one => one.caught === 'nothing') };
}

/** Every literal altered, every certificate with another byte, every partner script gone. */
export function* alterations(files: ReadonlyMap<string, Uint8Array>): Generator<Alteration> {
  const bundle = readBundle(files);
  for (const script of [...bundle.scripts, ...bundle.undo]) yield* ofScript(script, files);
  for (const path of files.keys()) {
    const bytes = files.get(path);
    if (!bytes || !/\/(?:certificates|metadata)\/[^/]+$/.test(path)) continue;
    for (const altered of alterBytes(bytes)) {
      const what = 'a byte of a certificate';
      yield { file: path, line: 1, what, files: new Map(files).set(path, altered) };
    }
  }
}

function* ofScript(
  { path, declared }: Script,
  files: ReadonlyMap<string, Uint8Array>,
): Generator<Alteration> {
  const bytes = files.get(path) ?? new Uint8Array();
  for (const literal of declared.literals) {
    const altered = alterLiteral(bytes, literal);
    const { line, path: what } = literal;
    yield { file: path, line, what, files: new Map(files).set(path, altered) };
  }
  if (!('Partner' in declared.values) || path.includes('/undo/')) return;
  const without = new Map(files);
  without.delete(path);
  yield { file: path, line: 1, what: 'the whole script', files: without };
}

async function tryOne(alteration: Alteration, input: ProofInput): Promise<MutationResult> {
  const { file, line, what, files } = alteration;
  const report = await prove({ ...input, files });
  const rules = report.edges.flatMap(edge => edge.positive.flatMap(one => one.refused_by ?? []));
  if (rules.length > 0) return { file, line, what, caught: 'token', by: [...new Set(rules)] };
  const codes = [...new Set(report.failures.map(failure => failure.code))];
  if (codes.length > 0) return { file, line, what, caught: 'check', by: codes };
  const guard = GUARDS.find(([pattern]) => pattern.test(what))?.[1];
  const rest = guard ? ({ caught: 'guard', by: [guard] } as const) : NOTHING;
  return { file, line, what, ...rest };
}

const NOTHING = { caught: 'nothing', by: [] } as const;

/** What notices a literal that neither a trust edge nor another file depends on. */
const GUARDS: readonly (readonly [RegExp, string])[] = [
  [/^Certificate\.FriendlyName$/, 'the manifest; the script reads it back'],
];

/** Opens every key once and makes three stand-ins once, however often the proof is repeated. */
function remembering(input: ProofInput): ProofInput {
  const opened = new Map<string, Promise<Secret | undefined>>();
  const made: Promise<KeyPair>[] = [];
  let asked = 0;
  return {
    ...input,
    open(deployment) {
      const secret = opened.get(deployment) ?? input.open(deployment);
      opened.set(deployment, secret);
      return secret;
    },
    newKeyPair(bits) {
      const index = asked++ % 3;
      made[index] ??= input.newKeyPair(bits);
      return made[index];
    },
  };
}

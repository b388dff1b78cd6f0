import { anotherName } from '../kernel/another-name.ts';
import { canonical, digest, sha256 } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { isObject, type Json } from '../kernel/json.ts';
import { Refusal } from '../kernel/report.ts';
import { isChange } from './facts.ts';
import type { Change, Plan } from './plan.ts';

/** The format this version writes; a reader refuses another major. */
export const PLAN_FORMAT = '1.0';

/**
 * What a plan does, without words and without the clock: the same inputs have the same checksum on
 * any day. Approvals name it.
 */
export function checksumOf(plan: Omit<Plan, 'checksum'>): string {
  return digest({
    name: plan.name,
    lineage: plan.lineage,
    serial: plan.serial,
    changes: plan.changes.filter(isChange).map(essence),
    trust: plan.trust.edges.map(({ address, reading, before, after }) => ({
      address,
      reading,
      before,
      after,
    })),
    artifacts: plan.artifacts.map(({ path, action, sha256: sum }) => ({ path, action, sum })),
  });
}

function essence({ address, actions, before, after, because, hazards, ...rest }: Change): Json {
  return {
    address,
    previous_address: rest.previous_address ?? null,
    importing: rest.importing?.identity ?? null,
    actions,
    before,
    after,
    because: because.map(({ code }) => code),
    hazards: hazards.map(({ code }) => code),
  };
}

/** A saved plan: canonical JSON and a seal over every byte of it. */
export function writePlan(plan: Plan): Uint8Array {
  const body = plan as unknown as Record<string, Json>;
  const sealed = { ...body, seal: sha256(canonical(body)) };
  return new TextEncoder().encode(canonical(sealed) + '\n');
}

/** Reads a saved plan; refuses one of which any byte is not as it was written. */
export function readPlan(bytes: Uint8Array, file: string): Plan {
  const value = parse(bytes, file);
  const { seal, ...body } = value;
  if (seal === undefined && body['kind'] !== 'plan')
    throw none(file, 'its JSON is not that of one');
  const whole = new TextDecoder().decode(bytes) === canonical(value) + '\n';
  if (!whole || seal !== sha256(canonical(body))) {
    throw notAPlan('plan/edited', file, 'it is not byte for byte what `plan --out` wrote');
  }
  if (body['kind'] !== 'plan' || body['format_version'] !== PLAN_FORMAT) {
    throw notAPlan('plan/format', file, `its format is ${String(body['format_version'])}`);
  }
  return body as unknown as Plan;
}

function parse(bytes: Uint8Array, file: string): Record<string, Json> {
  let text = '';
  try {
    text = new TextDecoder().decode(bytes);
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // What begins or ends as a plan does was one before it was edited or cut off.
    if (text.startsWith('{') || text.includes('"seal":"')) {
      throw notAPlan('plan/edited', file, 'it is not JSON as `plan --out` writes it');
    }
  }
  throw none(file, bytes.length === 0 ? 'it is empty' : 'it is not the JSON of one');
}

function notAPlan(code: 'plan/edited' | 'plan/format', file: string, detail: string): Refusal {
  // `plan --out` writes over no file.
  const help = `make a new one and have that reviewed: concordat plan --out ${anotherName(file)}`;
  return new Refusal(code, { detail: `${file}: ${detail}`, help }, EXIT.notApplicable);
}

/** A file that never was a plan: nothing is said that would have somebody part with it. */
function none(file: string, found: string): Refusal {
  const saved = file.endsWith('plan.json') ? anotherName(file) : 'plan.json';
  const detail = `${file} is no saved plan: ${found}; it stays as it is, and nothing was written`;
  const help =
    'a saved plan is one sealed file, which is reviewed and then applied; ' +
    `this makes one: concordat plan --out ${saved}`;
  return new Refusal('plan/none', { detail, help }, EXIT.notApplicable);
}

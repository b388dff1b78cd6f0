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
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // Falls through: whatever it is, it is no plan.
  }
  throw notAPlan('plan/edited', file, 'it is not JSON as `plan --out` writes it');
}

function notAPlan(code: 'plan/edited' | 'plan/format', file: string, detail: string): Refusal {
  return new Refusal(
    code,
    {
      detail: `${file}: ${detail}`,
      help: `move it away, then make a new one: concordat plan --out ${file}`,
    },
    EXIT.notApplicable,
  );
}

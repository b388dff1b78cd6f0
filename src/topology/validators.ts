import { createRequire } from 'node:module';
import type { Validator } from '../generated/validators.cjs';
import type { JsonObject } from '../kernel/json.ts';

const require = createRequire(import.meta.url);

/** The compiled schema of a whole topology. */
export function topologyValidator(): Validator {
  return (require('../generated/validators.cjs') as { topology: Validator }).topology;
}

/** The schema itself, for its words; read only when there is something to explain. */
export function topologySchema(): JsonObject {
  return require('../../schema/topology.schema.json') as JsonObject;
}

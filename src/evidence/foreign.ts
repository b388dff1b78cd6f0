import { worded } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import { evaluate, meets } from '../products/expression.ts';
import type { ForeignFacts } from '../products/product.ts';
import type { Evidence } from './evidence.ts';
import { isOurs, partsOf } from './sight.ts';
import type { Sought } from './sighting.ts';

/** An object on a server that no topology declares. */
export interface ForeignObject {
  /** The server's word for such a thing. */
  readonly object: string;
  readonly name: string;
}

/** What stands on a server beside what is looked for there, as far as its product tells such. */
export function foreignObjects(
  evidence: Evidence,
  facts: readonly ForeignFacts[],
  sought: readonly Sought[],
): readonly ForeignObject[] {
  return facts.flatMap(({ command, object, name, where, always }) =>
    (evidence.objects.get(command) ?? [])
      .filter(one => meets(one, where ?? {}))
      .filter(one => always || !sought.some(subject => isPartOf(one, command, subject)))
      .map(one => ({ object, name: worded(evaluate(name, one) ?? '(no name)') })),
  );
}

function isPartOf(one: JsonObject, command: string, sought: Sought): boolean {
  if (sought.facts.command === command) return isOurs(one, sought);
  return partsOf(sought, command).some(isPart => isPart(one));
}

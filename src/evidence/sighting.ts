import type { JsonObject } from '../kernel/json.ts';
import type { SeenFacts } from '../products/product.ts';

/** What is looked for: the attributes that are declared or recorded of it. */
export interface Sought {
  readonly attributes: JsonObject;
  readonly facts: SeenFacts;
  /** Attributes by which one is found. */
  readonly naturalKey: readonly string[];
  /** Attribute that is its name on the server. */
  readonly identity: string | undefined;
}

/** What evidence shows of one resource. */
export type Sighting =
  | {
      readonly is: 'there';
      /** As they are on the server; as sought where a server cannot show them, or did not. */
      readonly attributes: JsonObject;
      /** Attributes that the server told; all others are as sought. */
      readonly told: readonly string[];
      /** Attributes that could have been seen, and were not read. */
      readonly untold: readonly string[];
      /** The object as it was shown; a certificate is none by itself. */
      readonly object?: JsonObject;
    }
  | { readonly is: 'absent' }
  | { readonly is: 'several'; readonly names: readonly string[] }
  | { readonly is: 'unread'; readonly because: string };

import type { JsonObject } from '../kernel/json.ts';
import { evaluate } from '../products/expression.ts';
import type { SeenFacts } from '../products/product.ts';
import type { Evidence } from './evidence.ts';
import type { Sighting, Sought } from './sighting.ts';

/** One place of an issuer for a certificate. */
interface Slot {
  /** In capitals; empty where there is none. */
  readonly thumbprint: string;
  /** UTC instant from which it signs; `undefined` where it signs already. */
  readonly from: string | undefined;
  readonly previous: string;
}

/** The certificates of an issuer, by thumbprints in capitals. */
export interface Signing {
  /** Of the one that signs; empty where none does. */
  readonly signing: string;
  /** The one that will. */
  readonly staged: Slot | undefined;
}

/** Which certificate signs, and which one is staged, as the objects of its command say. */
function signingIn(
  { slots = [] }: SeenFacts,
  objects: readonly JsonObject[],
  { collectedAt }: Evidence,
): Signing {
  const filled = objects
    .flatMap(object =>
      slots.map(slot => ({
        thumbprint: text(evaluate(slot['thumbprint'] ?? null, object)).toUpperCase(),
        from: ahead(text(evaluate(slot['from'] ?? null, object)), collectedAt),
        previous: text(evaluate(slot['previous'] ?? null, object)).toUpperCase(),
      })),
    )
    .filter(({ thumbprint }) => thumbprint !== '');
  const staged = filled.find(({ from }) => from !== undefined);
  const now = filled.find(({ from }) => from === undefined);
  return { signing: now?.thumbprint ?? staged?.previous ?? '', staged };
}

/** What a server cannot tell of its certificate. */
const UNTOLD = ['source', 'lifetime'];

/** An issuer's certificate: the one that signs, or the one that is staged and will. */
export function sightCertificate(
  { attributes, facts }: Sought,
  objects: readonly JsonObject[],
  evidence: Evidence,
): Sighting {
  const { signing, staged } = signingIn(facts, objects, evidence);
  if (signing === '') return { is: 'absent' };
  const wanted = attributes['thumbprint'];
  if (typeof wanted !== 'string') {
    return { is: 'unread', because: 'the topology does not say yet which certificate it must be' };
  }
  const isRead = signing === wanted || evidence.certificates.has(signing);
  const hidden = isRead ? UNTOLD : [...UNTOLD, ...OF_CERTIFICATE];
  return {
    is: 'there',
    attributes: asSeen(attributes, { wanted, signing, staged, evidence }),
    told: Object.keys(attributes).filter(key => !hidden.includes(key)),
    untold: [],
  };
}

/** What only the certificate itself says, not its thumbprint. */
const OF_CERTIFICATE = ['subject', 'names', 'keySize', 'notBefore', 'notAfter'];

/** The same of all that was read on a server; nothing where that was not. */
export function certificatesIn(
  facts: SeenFacts | undefined,
  evidence: Evidence,
): Signing | undefined {
  const objects = evidence.objects.get(facts?.command ?? '');
  return facts && objects && signingIn(facts, objects, evidence);
}

interface Found extends Signing {
  readonly wanted: string;
  readonly evidence: Evidence;
}

function asSeen(attributes: JsonObject, { wanted, signing, staged, evidence }: Found): JsonObject {
  if (signing === wanted) return attributes;
  if (staged?.thumbprint === wanted) {
    const declared = attributes['effective'];
    const same =
      typeof declared === 'string' && Date.parse(declared) === Date.parse(staged.from ?? '');
    return same ? attributes : { ...attributes, effective: staged.from ?? null };
  }
  const info = evidence.certificates.get(signing);
  return {
    ...attributes,
    ...(info && {
      subject: info.subject,
      names: info.names,
      keySize: info.keyBits,
      notBefore: info.notBefore,
      notAfter: info.notAfter,
    }),
    thumbprint: signing,
    effective: null,
    previous: null,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An instant that had not come when it was read. */
function ahead(instant: string, collectedAt: string): string | undefined {
  return Date.parse(instant) > Date.parse(collectedAt) ? instant : undefined;
}

import type { CertificateInfo } from '../kernel/certificate.ts';
import { worded } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { evaluate } from '../products/expression.ts';
import type { Product, SeenFacts } from '../products/product.ts';
import type { Evidence } from './evidence.ts';
import { certificatesIn, type Signing } from './sight-certificate.ts';

/** What was read of a deployment as one that issues tokens; what is not here is not known. */
export interface SeenIssuer extends Partial<Signing> {
  readonly evidence: Evidence;
  /** Of the certificate that signs. */
  readonly certificate?: CertificateInfo;
  /** Under which its tokens are issued. */
  readonly realm?: string;
  readonly principal?: string;
}

/** Reads how a server issues tokens: by which certificate, and under which name. */
export function seenIssuer({ objects }: Product, evidence: Evidence): SeenIssuer {
  const [certificate, settings] = [objects.certificate?.seen, objects['oauth-settings']?.seen];
  const signing = certificatesIn(certificate, evidence);
  const info = signing && evidence.certificates.get(signing.signing);
  const realm = settings && nameIn(settings, 'realm', evidence);
  const principal = settings && nameIn(settings, 'serviceName', evidence);
  return {
    evidence,
    ...signing,
    ...(info && { certificate: info }),
    ...(realm !== undefined && { realm }),
    ...(principal !== undefined && { principal }),
  };
}

/** A name that the one object of the settings says, or what stands in where it is blank. */
function nameIn(facts: SeenFacts, key: string, { objects }: Evidence): string | undefined {
  const [object] = objects.get(facts.command) ?? [];
  const own = object && textAt(facts, key, object);
  if (own !== undefined || !object) return own;
  const part = facts.instead?.[key];
  const other = part && objects.get(part.command)?.find(one => isTrue(evaluate(part.key, one)));
  return part && other ? text(evaluate(part.value, other)) : undefined;
}

/** What an object says of an attribute, as a text; nothing where it is blank. */
export function textAt(
  { attributes }: SeenFacts,
  key: string,
  object: JsonObject,
): string | undefined {
  return text(evaluate(attributes[key] ?? null, object));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isTrue(value: Json): boolean {
  return worded(value).toLowerCase() === 'true';
}

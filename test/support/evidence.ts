import type { EvidenceFiles } from '../../src/evidence/evidence.ts';
import { canonical, digest } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';

/** What a test says of a server; the rest of its evidence is made up. */
export interface Read {
  readonly family: string;
  readonly host: string;
  readonly build?: string | null;
  readonly at?: string;
  /** Command to the objects that it showed. */
  readonly objects: Readonly<Record<string, readonly JsonObject[]>>;
  readonly unread?: Readonly<Record<string, string>>;
  /** Public certificates as DER, by thumbprint. */
  readonly certificates?: Readonly<Record<string, Uint8Array>>;
  /** Thumbprint to whether its private key is on the server. */
  readonly keys?: Readonly<Record<string, 'present' | 'absent'>>;
  /** Who keeps the private keys. */
  readonly keyStorage?: 'csp' | 'cng';
}

/** The members of a document of evidence, without its digest. */
export function evidenceBody(read: Read): JsonObject {
  return {
    format_version: '1.0',
    kind: 'concordat/evidence',
    family: read.family,
    script: `collect-${read.family}.ps1`,
    script_sha256: null,
    host: read.host,
    user: 'LITWARE\\ops',
    build: read.build ?? null,
    powershell: '5.1',
    collected_at: read.at ?? '2030-01-01T00:00:00Z',
    objects: Object.entries(read.objects).map(([command, items]) => ({ command, items })),
    certificates: Object.entries(read.certificates ?? {}).map(([thumbprint, der]) => ({
      thumbprint,
      der: Buffer.from(der).toString('base64'),
      ...(read.keys?.[thumbprint] && { private_key: read.keys[thumbprint] }),
      ...(read.keyStorage && { key_storage: read.keyStorage }),
    })),
    unread: Object.entries(read.unread ?? {}).map(([what, because]) => ({ what, because })),
  };
}

/** A body with its digest, as bytes. */
export function sealed(body: JsonObject): Uint8Array {
  return new TextEncoder().encode(canonical({ ...body, sha256: digest(body) }) + '\n');
}

/** Evidence as one document. */
export function evidenceOf(read: Read, place = `evidence-${read.host}`): EvidenceFiles {
  return { place, files: new Map([['envelope.json', sealed(evidenceBody(read))]]) };
}

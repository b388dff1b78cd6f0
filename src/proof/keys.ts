import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Report } from '../kernel/report.ts';
import type { KeyPair } from '../ports/world.ts';
import { documentOf, type Bundle } from './bundle.ts';
import type { PublicCertificate } from './certificate.ts';
import { placeOf } from './place.ts';
import type { ProofInput } from './input.ts';
import type { StandIns } from './receiver.ts';
import type { Mark } from './report.ts';
import { certificateBlock } from './sender.ts';

/** The private keys of a proof: those we hold, and those that stand in for the rest. */
export interface SigningKeys {
  readonly standIns: StandIns;
  /** A key that no document knows. */
  readonly stranger: KeyObject;
  /** Signs for a deployment with the key of a certificate, and says what that is worth. */
  signerFor(deployment: string, thumbprint: string | undefined): Signer;
}

/** A private key and what a token signed with it proves. */
export interface Signer {
  readonly key: KeyObject;
  readonly mark: Mark;
  readonly thumbprint: string;
}

/** What is known of a deployment's keys. */
interface Holding {
  readonly key: KeyObject | undefined;
  /** Thumbprint of the certificate that belongs to the key we hold. */
  readonly held: string | undefined;
  readonly known: readonly PublicCertificate[];
}

const BITS = 2048;
const TRIES = 8;

/** Opens the keys that are here and makes stand-ins for those that are not. */
export async function readSigningKeys(
  bundle: Bundle,
  input: ProofInput,
  report: Report,
): Promise<SigningKeys> {
  const holdings = new Map<string, Holding>();
  for (const deployment of new Set(input.edges.flatMap(edge => [edge.issuer, edge.acceptor]))) {
    const holding = await hold(bundle, deployment, input);
    if (holding.key && !holding.held) reportForeignKey(deployment, report);
    holdings.set(deployment, holding);
  }
  const taken = [...holdings.values()].flatMap(({ key }) => (key ? [fingerprint(key)] : []));
  const stranger = await freshKey(input, taken);
  const lacking = [...holdings.values()].some(holding => !isComplete(holding));
  // Where every key is here nobody stands in, and a key less need be made.
  const standIn = lacking ? await freshKey(input, [...taken, fingerprint(stranger)]) : stranger;
  const substitute = certificateFor(standIn);
  return {
    standIns: standInsOf(bundle, holdings, substitute),
    stranger,
    signerFor(deployment, thumbprint) {
      const { key, held, known } = holdings.get(deployment) ?? { known: [] };
      if (thumbprint === undefined) {
        return { key: standIn, mark: 'assumed', thumbprint: substitute.thumbprint };
      }
      if (key && (held === thumbprint || !held)) return { key, mark: 'proved', thumbprint };
      const mark = known.length > 0 ? 'structure' : 'assumed';
      return { key: standIn, mark, thumbprint };
    },
  };
}

async function hold(bundle: Bundle, deployment: string, input: ProofInput): Promise<Holding> {
  const known = [
    ...(documentOf(bundle, deployment)?.keys ?? []),
    ...(bundle.deployments.get(deployment)?.certificates ?? []).map(file => file.certificate),
  ];
  const secret = await input.open(deployment);
  const key = secret && readPrivateKey(secret.reveal());
  const held = key && known.find(one => fingerprint(one.publicKey) === fingerprint(key));
  return { key, held: held?.thumbprint, known };
}

/** Whether everything that is known can be signed for with the key that is here. */
function isComplete({ held, known }: Holding): boolean {
  return known.length > 0 && known.every(one => one.thumbprint === held);
}

function readPrivateKey(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' });
}

function reportForeignKey(deployment: string, report: Report): void {
  report.add('proof/key-mismatch', {
    detail: `the private key of ${deployment} belongs to none of its certificates`,
    help: 'render the certificate of the prepared key, or prepare the key of this certificate',
    place: placeOf(`${deployment}/certificates/issuer.cer`),
  });
}

/** A key that is none of those taken; fixed key sources of tests come round again. */
async function freshKey(input: ProofInput, taken: readonly string[]): Promise<KeyObject> {
  for (let tries = 0; tries < TRIES; tries++) {
    const pair: KeyPair = await input.newKeyPair(BITS);
    const key = readPrivateKey(pair.privateKey);
    if (!taken.includes(fingerprint(key))) return key;
  }
  throw new Error('no fresh key after several tries');
}

/** SHA-256 of the public half. */
function fingerprint(key: KeyObject): string {
  return createHash('sha256').update(publicBytes(key)).digest('hex');
}

function publicBytes(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' });
}

function standInsOf(
  bundle: Bundle,
  holdings: ReadonlyMap<string, Holding>,
  substitute: PublicCertificate,
): StandIns {
  const keys = new Map<string, KeyObject>();
  const unknown = new Map<string, PublicCertificate>();
  for (const [deployment, { held, key, known }] of holdings) {
    const elsewhere = key && !held ? [] : known.filter(one => one.thumbprint !== held);
    for (const { thumbprint } of elsewhere) keys.set(thumbprint, substitute.publicKey);
    const declared = certificateBlock(bundle, deployment)['Thumbprint'];
    if (known.length === 0 && typeof declared !== 'string') unknown.set(deployment, substitute);
  }
  return { keys, unknown };
}

/** What stands where not even the public half is known; it holds at any time. */
function certificateFor(key: KeyObject): PublicCertificate {
  const der = publicBytes(key);
  return {
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
    der,
    publicKey: createPublicKey(key),
    notBefore: new Date(0),
    notAfter: new Date(Date.UTC(9999, 0)),
    names: [],
    subject: [],
    maySign: true,
  };
}

import { createPublicKey } from 'node:crypto';
import type { TrustEdge } from '../graph/trust-edge.ts';
import { partnerScripts, type Bundle, type Script } from './bundle.ts';
import { x5tOf } from './certificate.ts';
import type { ProofInput } from './input.ts';
import type { SigningKeys } from './keys.ts';
import type { Bench } from './bench.ts';
import { readReceivers, type Partners, type Receiver } from './receiver.ts';
import type { Mark } from './report.ts';
import { readSenders, type Call, type Moment, type Sender } from './sender.ts';

/** One edge at one moment, ready to send and to judge. */
export interface Stage {
  readonly edge: TrustEdge;
  readonly moment: Moment;
  readonly bench: Bench;
  /** More than one only where scripts of one side do not agree who it is. */
  readonly senders: readonly Sender[];
  readonly receivers: readonly Receiver[];
  readonly mark: Mark;
  readonly script: Script | undefined;
}

/** What every stage of a proof stands on. */
export interface Ground {
  readonly bundle: Bundle;
  readonly input: ProofInput;
  readonly keys: SigningKeys;
  /** Read once for each acceptor. */
  partnersOf(acceptor: string): Partners;
}

/** Reads both sides of an edge out of the bytes and lays the keys beside them. */
export function setStage(edge: TrustEdge, moment: Moment, ground: Ground): Stage {
  const { bundle, input, keys } = ground;
  const { issuer, acceptor } = edge;
  const product = input.catalog.products.get(input.products.get(issuer) ?? '');
  const call: Call = { bundle, issuer, acceptor, product };
  const script = partnerScripts(bundle, acceptor, issuer)[0];
  const receivers = readReceivers(bundle, acceptor, ground.partnersOf(acceptor));
  const written = readSenders(call, moment.at);
  const signer = keys.signerFor(issuer, written[0].thumbprint);
  const x5t = x5tOf(signer.thumbprint);
  const senders = written.map(one => ({ ...one, header: { ...one.header, x5t } }));
  const [receiver] = receivers;
  const [sender = written[0]] = senders;
  const [thumbprint = signer.thumbprint] = receiver.own;
  const bench: Bench = {
    sender,
    receiver,
    key: signer.key,
    publicKey: createPublicKey(signer.key),
    own: { key: keys.signerFor(acceptor, receiver.own[0]).key, thumbprint },
    stranger: keys.stranger,
    nobody: {
      principal: asGuid(input.random(16)),
      thumbprint: Buffer.from(input.random(20)).toString('hex'),
    },
  };
  return { edge, moment, bench, senders, receivers, mark: signer.mark, script };
}

function asGuid(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

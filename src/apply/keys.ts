import { readCertificate } from '../evidence/certificate.ts';
import type { Address } from '../kernel/address.ts';
import type { CertificateInfo } from '../kernel/certificate.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Report } from '../kernel/report.ts';
import { Secret } from '../kernel/secret.ts';
import type { PublicKeyRecord } from '../ports/key-store.ts';
import type { KeyPair, World } from '../ports/world.ts';
import type { makeCertificate } from '../render/certificate.ts';
import { reportChangedProfiles, reportImpossibleProfiles } from './check-keys.ts';
import { ordersFor, type KeyNeeds, type KeyOrder } from './key-order.ts';

/** What preparing did: nothing is made where a record exists. */
export interface PreparedKeys {
  readonly made: readonly PublicKeyRecord[];
  readonly kept: readonly PublicKeyRecord[];
}

/** Hears of progress: how many key pairs are ready, of how many. */
export type KeyProgress = (ready: number, of: number) => void;

/**
 * Makes every key that the topology needs and the store does not have, with its certificate. A key
 * that exists is kept. Faults are found first: when one is reported, nothing is made at all.
 */
export async function prepareKeys(
  needs: KeyNeeds,
  world: World,
  report: Report,
  progress: KeyProgress = () => {},
): Promise<PreparedKeys> {
  const now = world.now();
  const prepared = await world.keys.list();
  const known = report.diagnostics.length;
  reportChangedProfiles(needs.graph, prepared, report);
  reportImpossibleProfiles(needs.graph, now, report);
  if (report.diagnostics.length > known) return { made: [], kept: [] };
  const orders = ordersFor(needs, now);
  const wanted = new Set(orders.map(({ address }) => address));
  const kept = prepared.filter(({ address }) => wanted.has(address));
  const there = new Set(kept.map(({ address }) => address));
  const missing = orders.filter(({ address }) => !there.has(address));
  const pairs = await makePairs(missing, world, progress);
  // The writer is large; who only lists or compares keys does not wait for it.
  const { makeCertificate: make } = await import('../render/certificate.ts');
  const made = pairs.map(pair => certify(pair, world, make));
  for (const { record, privateKey } of made) await world.keys.add(record, privateKey);
  return { made: made.map(({ record }) => record), kept };
}

/** A prepared key as it is listed. */
export interface ListedKey {
  readonly address: Address;
  readonly certificate: CertificateInfo;
}

/** Every prepared key with what its certificate says; needs no passphrase. */
export async function listKeys(world: Pick<World, 'keys'>): Promise<readonly ListedKey[]> {
  const records = await world.keys.list();
  return records.map(({ address, certificate }) => ({ address, certificate: infoOf(certificate) }));
}

interface Pair {
  readonly order: KeyOrder;
  readonly keyPair: KeyPair;
}

/** All at once: making a key pair is slow and keeps one core busy. */
async function makePairs(
  orders: readonly KeyOrder[],
  world: World,
  progress: KeyProgress,
): Promise<Pair[]> {
  if (orders.length > 0 && !world.keys.unlocked) throw locked(orders);
  let ready = 0;
  const make = async (order: KeyOrder): Promise<Pair> => {
    const keyPair = await world.newKeyPair(order.bits);
    progress(++ready, orders.length);
    return { order, keyPair };
  };
  return Promise.all(orders.map(make));
}

function certify(
  { order, keyPair }: Pair,
  world: World,
  make: typeof makeCertificate,
): { readonly record: PublicKeyRecord; readonly privateKey: Secret } {
  const { address, digest: profile } = order;
  const certificate = make({ ...order, keyPair, serial: world.random(16) });
  return {
    record: { address, certificate, profile },
    privateKey: new Secret(keyPair.privateKey),
  };
}

function locked(orders: readonly KeyOrder[]): Refusal {
  const wanted = orders.map(({ address }) => address).join(', ');
  const detail = `keys shall be made for ${wanted}, and there is no passphrase to keep them under`;
  const help =
    'give the passphrase with --passphrase-file FILE, in a file that CONCORDAT_PASSPHRASE_FILE ' +
    'names, or at a terminal';
  return new Refusal('keys/locked', { detail, help }, EXIT.failed);
}

function infoOf(certificate: Uint8Array): CertificateInfo {
  const info = readCertificate(certificate);
  // The store has read it before; what does not parse never gets here.
  if ('fault' in info) throw new Error(`a prepared certificate ${info.fault}`);
  return info;
}

import { readAddress } from '../kernel/address.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { isObject, type Json } from '../kernel/json.ts';
import { Refusal } from '../kernel/report.ts';
import { Secret } from '../kernel/secret.ts';
import type { PublicKeyRecord } from '../ports/key-store.ts';
import type { World } from '../ports/world.ts';
import type { Installation } from '../products/installation.ts';
import type { Subject } from '../rules/rule.ts';
import { makePfx, type PfxForm } from '../render/pfx.ts';

/** A PFX file to be written by the caller, for its user only, and why it is made as it is. */
export interface ExportedKey {
  readonly pfx: Uint8Array;
  readonly form: PfxForm;
  /** Which systems read it, and what that was decided by. */
  readonly because: string;
}

/** Printable ASCII, twelve or more: what every reader of PFX files spells in the same way. */
const PASSWORD = /^[ -~]{12,}$/;
/** Servers that read AES. */
const NEW_SYSTEM = /^windows-server-(2019|202\d|20[3-9]\d)$/;

/** Which key leaves the store, and what protects it outside. */
export interface ExportRequest {
  readonly address: string;
  /** The bytes of a file; a line end after the password is not part of it. */
  readonly password: Uint8Array;
}

/** One key and its certificate as a PFX file, in a form that every declared server can read. */
export async function exportKey(
  { installations }: Pick<Subject, 'installations'>,
  world: Pick<World, 'keys' | 'random'>,
  request: ExportRequest,
): Promise<ExportedKey> {
  const password = readPassword(request.password);
  const records = await world.keys.list();
  const record = records.find(({ address }) => address === request.address);
  const installation = installations.get(readAddress(request.address)?.deployment ?? '');
  if (!record || !installation) throw nothingPrepared(request.address, records);
  const privateKey = await world.keys.open(record.address);
  if (!privateKey) throw nothingPrepared(request.address, records);
  const { form, because } = chooseForm(installation);
  const { certificate } = record;
  const friendlyName = friendlyNameOf(installation);
  const random = (count: number): Uint8Array => world.random(count);
  const pfx = await makePfx({ privateKey, certificate, friendlyName, password, random }, form);
  return { pfx, form, because };
}

/** The form for the oldest system among the declared servers. */
export function chooseForm({
  deployment,
  product,
}: Installation): Pick<ExportedKey, 'form' | 'because'> {
  const systems = [...new Set(systemsIn(deployment.settings))].sort(byCodeUnit);
  const old = systems.filter(system => !NEW_SYSTEM.test(system));
  if (old.length > 0) {
    return {
      form: '3des',
      because: `3DES and SHA-1, because ${old.join(', ')} reads nothing newer`,
    };
  }
  if (systems.length > 0) {
    return { form: 'aes-256', because: `AES-256 and SHA-256, read by ${systems.join(', ')}` };
  }
  // No system is declared: a shell of that age says that the product came before AES was read.
  return product.powershell === '3.0'
    ? { form: '3des', because: `3DES and SHA-1, because ${product.title} runs on old systems` }
    : {
        form: 'aes-256',
        because: 'AES-256 and SHA-256 for Windows Server 2019 and later; no "os" is declared',
      };
}

/** Every `os` that the deployment declares, wherever its servers are listed. */
function systemsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(systemsIn);
  if (!isObject(value)) return [];
  const { os } = value;
  return [...(typeof os === 'string' ? [os] : []), ...Object.values(value).flatMap(systemsIn)];
}

function friendlyNameOf({ product, realm }: Installation): string {
  return product.certificate.friendlyName ?? `${product.certificate.object} ${realm}`.slice(0, 63);
}

function readPassword(bytes: Uint8Array): Secret {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/\r?\n$/, '');
  if (PASSWORD.test(text)) return new Secret(text);
  const detail = 'the password has fewer than twelve characters, or others than printable ASCII';
  const help = 'put a random password of twelve or more ASCII characters into the file';
  throw new Refusal('keys/pfx-password', { detail, help }, EXIT.invalid);
}

function nothingPrepared(wanted: string, records: readonly PublicKeyRecord[]): Refusal {
  const there = records.map(({ address }) => address).join(', ') || 'none';
  const detail = `there is no prepared key at ${wanted}; prepared: ${there}`;
  const help = 'name one of these, or make the missing one with "concordat keys prepare"';
  return new Refusal('keys/none', { detail, help }, EXIT.invalid);
}

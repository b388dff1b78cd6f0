import { isObject, type Json, type JsonObject, type Path } from '../kernel/json.ts';
import { fold, utc } from './fold.ts';
import type {
  Acceptance,
  Basis,
  CertificateSource,
  Deployment,
  Domains,
  FeatureValue,
  Forest,
  Import,
  Level,
  Move,
  Partner,
  Realm,
  Removal,
  Scenario,
  Topology,
  Waiver,
} from './topology.ts';

/**
 * Turns schema-valid JSON into a topology: defaults filled, names folded, `mutual` taken apart.
 * References stay names; whether they lead anywhere is for the rules to say.
 */
export function resolve(value: JsonObject): Topology {
  return {
    name: text(value['name']) ?? '',
    environment: value['environment'] === 'lab' ? 'lab' : 'production',
    forests: mapped(value['forests'], 'forests', forest),
    realms: mapped(value['realms'], 'realms', realm),
    deployments: mapped(value['deployments'], 'deployments', deployment),
    partners: listed(value['partners'], 'partners').flatMap(([item, at]) => partners(item, at)),
    scenarios: listed(value['scenarios'], 'scenarios').map(([item, at]) => scenario(item, at)),
    waivers: listed(value['waivers'], 'waivers').map(([item, at]) => waiver(item, at)),
    accepted: listed(value['accepted'], 'accepted').map(([item, at]) => acceptance(item, at)),
    moved: listed(value['moved'], 'moved').map(([item, at]) => move(item, at)),
    removed: listed(value['removed'], 'removed').map(([item, at]) => removal(item, at)),
    imports: listed(value['import'], 'import').map(([item, at]) => imported(item, at)),
  };
}

type Reader<Thing> = (name: string, item: JsonObject, at: Path) => Thing;

function mapped<Thing>(
  value: Json | undefined,
  key: string,
  read: Reader<Thing>,
): Map<string, Thing> {
  const entries = Object.entries(object(value));
  return new Map(entries.map(([name, item]) => [name, read(name, object(item), [key, name])]));
}

function listed(value: Json | undefined, key: string): [JsonObject, Path][] {
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  return items.map((item, index) => [object(item), [key, index]]);
}

function forest(name: string, item: JsonObject, at: Path): Forest {
  return { name, at, trusts: texts(item['trusts']).map(lower) };
}

function realm(name: string, item: JsonObject, at: Path): Realm {
  const kinds = Object.entries(item).filter(([, one]) => isObject(one) && 'default' in one);
  const domains = new Map(kinds.map(([kind, one]) => [kind, domainsOf(object(one))]));
  const { id, value: pinned } = folded(item, ['id', 'value']);
  return { name, at, domains, ...(id && { id }), ...(pinned && { pinned }) };
}

function domainsOf(item: JsonObject): Domains {
  return {
    default: lower(text(item['default']) ?? ''),
    additional: texts(item['additional']).map(lower),
  };
}

function deployment(name: string, item: JsonObject, at: Path): Deployment {
  const issuer = object(item['issuer']);
  return {
    name,
    at,
    product: lower(text(item['product']) ?? ''),
    realm: lower(text(item['realm']) ?? ''),
    ...folded(item, ['forest']),
    certificate: certificate(object(issuer['certificate']), [...at, 'issuer', 'certificate']),
    protect: item['protect'] === true,
    settings: fold(item),
  };
}

function certificate(item: JsonObject, at: Path): CertificateSource {
  const roll = item['roll'];
  const size = item['keySize'];
  return {
    source: (text(item['source']) ?? 'existing') as CertificateSource['source'],
    at,
    ...present(item, ['public', 'lifetime']),
    keySize: typeof size === 'number' ? size : 2048,
    ...(isObject(roll) && {
      roll: { current: text(roll['current']) ?? '', effective: utc(text(roll['effective']) ?? '') },
    }),
  };
}

function partners(item: JsonObject, at: Path): Partner[] {
  const [one, other] = texts(item['mutual']).map(lower);
  if (one === undefined || other === undefined) {
    const acceptor = lower(text(item['acceptor']) ?? '');
    return [partner(item, at, { acceptor, issuer: lower(text(item['issuer']) ?? '') })];
  }
  return [
    partner(item, at, { acceptor: one, issuer: other }),
    partner(item, at, { acceptor: other, issuer: one }),
  ];
}

function partner(item: JsonObject, at: Path, sides: Pick<Partner, 'acceptor' | 'issuer'>): Partner {
  return {
    at,
    ...sides,
    basis: (text(item['basis']) ?? 'metadata') as Basis,
    level: (text(item['level']) ?? 'full') as Level,
    ...present(item, ['name', 'certificate', 'metadataUrl']),
    ...folded(item, ['principal', 'realm']),
    enabled: item['enabled'] !== false,
    acceptSecurityIdentifiers: item['acceptSecurityIdentifiers'] === true,
    trustAnyCertificate: item['trustAnyCertificate'] === true,
    protect: item['protect'] === true,
    mutual: 'mutual' in item,
  };
}

function scenario(item: JsonObject, at: Path): Scenario {
  const [one = '', other = ''] = texts(item['between']).map(lower);
  const features = Object.entries(object(item['features']));
  return {
    at,
    kind: (text(item['kind']) ?? 'on-premises') as Scenario['kind'],
    between: [one, other],
    features: new Map(features.map(([name, declared]) => [name, featureValue(declared)])),
    ...(isObject(item['probe']) && { probe: item['probe'] }),
    protect: item['protect'] === true,
  };
}

/** YAML 1.2 has no `on`, but people and editors write `true`. */
function featureValue(value: Json): FeatureValue {
  if (isObject(value)) return value;
  return value === true || value === 'on' ? 'on' : 'off';
}

function waiver(item: JsonObject, at: Path): Waiver {
  return {
    at,
    rule: text(item['rule']) ?? '',
    address: lower(text(item['address']) ?? ''),
    reason: text(item['reason']) ?? '',
    until: text(item['until']) ?? '',
  };
}

function acceptance(item: JsonObject, at: Path): Acceptance {
  return {
    at,
    address: lower(text(item['address']) ?? ''),
    ...present(item, ['attribute']),
    reason: text(item['reason']) ?? '',
    until: text(item['until']) ?? '',
  };
}

function move(item: JsonObject, at: Path): Move {
  return { at, from: text(item['from']) ?? '', to: text(item['to']) ?? '' };
}

function removal(item: JsonObject, at: Path): Removal {
  return { at, from: text(item['from']) ?? '' };
}

function imported(item: JsonObject, at: Path): Import {
  return { at, to: text(item['to']) ?? '', identity: text(item['identity']) ?? '' };
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function lower(value: string): string {
  return value.toLowerCase();
}

/** The texts among some keys, as written; absent keys stay absent. */
function present<Key extends string>(
  item: JsonObject,
  keys: readonly Key[],
): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value = item[key];
    if (typeof value === 'string') found[key] = value;
  }
  return found;
}

function folded<Key extends string>(
  item: JsonObject,
  keys: readonly Key[],
): Partial<Record<Key, string>> {
  const found = present(item, keys);
  for (const key of keys) {
    const value = found[key];
    if (value !== undefined) found[key] = lower(value);
  }
  return found;
}

import { BlockList, isIP } from 'node:net';

/** What is nobody's on the internet (IANA special-purpose registries), and multicast. */
const CLOSED_4 = subnets('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);
/** All that is given out to the public; loopback, local and multicast ranges are beside. */
const OPEN_6 = subnets('ipv6', [['2000::', 3]]);
/** Tunnels lead elsewhere than their address says; the rest is for books. */
const CLOSED_6 = subnets('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

type Net = readonly [address: string, bits: number];

function subnets(family: 'ipv4' | 'ipv6', nets: readonly Net[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of nets) list.addSubnet(net, bits, family);
  return list;
}

/** Whether an address is one that anybody on the internet could have given. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !CLOSED_4.check(address, 'ipv4');
  // A zone is of this machine's own links.
  if (family !== 6 || address.includes('%')) return false;
  const inner = embedded(address);
  if (inner !== undefined) return isPublic(inner);
  return OPEN_6.check(address, 'ipv6') && !CLOSED_6.check(address, 'ipv6');
}

const EMBEDDING = /^\[(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/** The IPv4 address inside of a mapped one, or of one that a NAT64 gateway makes. */
function embedded(address: string): string | undefined {
  // The parser of web addresses knows the one spelling of every address.
  const [, high, low] = EMBEDDING.exec(new URL(`http://[${address}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

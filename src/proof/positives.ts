import type { TrustEdge } from '../graph/trust-edge.ts';
import { actorToken, BY_IDENTIFIER, mayItself, mayUsers, userToken, type Bench } from './bench.ts';
import { hostOf } from './names.ts';

/** A token that must be accepted. */
export interface PositiveCase {
  readonly case: string;
  when(edge: TrustEdge): boolean;
  token(bench: Bench): Promise<string>;
}

/** What a receiver must accept, by the level of the edge. */
export const POSITIVES: readonly PositiveCase[] = [
  { case: 'application', when: mayItself, token: bench => actorToken(bench) },
  { case: 'user', when: mayUsers, token: bench => userToken(bench) },
  {
    case: 'user by security identifier',
    when: edge => mayUsers(edge) && edge.acceptSecurityIdentifiers,
    token: bench => userToken(bench, BY_IDENTIFIER),
  },
];

/** The same at every other name by which the acceptor is called: callers follow redirections. */
export function atOtherHosts(
  edge: TrustEdge,
  { sender }: Bench,
  hosts: readonly string[],
): PositiveCase[] {
  const called = hostOf(sender.claims['aud']);
  const as = mayItself(edge) ? 'application' : 'user';
  return hosts
    .filter(host => host !== called && edge.enabled)
    .map(host => ({
      case: `${as} at ${host}`,
      when: () => true,
      token: bench => tokenAt(host, edge, bench),
    }));
}

function tokenAt(host: string, edge: TrustEdge, bench: Bench): Promise<string> {
  const aud = String(bench.sender.claims['aud']).replace(/\/[^@]*/, `/${host}`);
  return mayItself(edge)
    ? actorToken(bench, { claims: { aud } })
    : userToken(bench, { aud }, { claims: { aud } });
}

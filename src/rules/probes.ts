import type { Rule } from './rule.ts';

/**
 * A check acts as a user who can exist.
 *
 * The address of the probe must be in a SIP domain of one of the two sides: any other user is
 * unknown there, and the check would fail for a reason that has nothing to do with the trust.
 */
export const probes: Rule = ({ topology }, report) => {
  for (const { at, between, probe } of topology.scenarios) {
    const uri = probe?.['sipUri'];
    if (typeof uri !== 'string') continue;
    const domains = between.flatMap(name => {
      const realm = topology.realms.get(topology.deployments.get(name)?.realm ?? '');
      const own = realm?.domains.get('sipDomains');
      return own ? [own.default, ...own.additional] : [];
    });
    const [user = '', domain = ''] = uri.split('@');
    if (domains.length === 0 || domains.includes(domain.toLowerCase())) continue;
    report.add('scenario/probe-domain', {
      detail: `"${domain}" is not a SIP domain of either side; theirs: ${domains.join(', ')}`,
      help: `write for example "${user}@${domains[0] ?? ''}"`,
      at: [...at, 'probe', 'sipUri'],
      address: `scenario/${between.join('/')}`,
    });
  }
};

import { address } from '../kernel/address.ts';
import type { Report } from '../kernel/report.ts';
import type { Subject } from '../rules/rule.ts';
import type { Readings } from './attribute.ts';
import { seenIssuer, textAt } from './issuer.ts';

/**
 * Whether each side issues its tokens under the realm that it has by the topology. Where the realm
 * is blank the default domain of its servers stands in, which no script of ours ever changes.
 */
export function reportRealms(readings: Readings, subject: Subject, report: Report): void {
  for (const [name, [newest]] of readings) {
    const installation = subject.installations.get(name);
    const facts = installation?.product.objects['oauth-settings']?.seen;
    const [object] = newest?.objects.get(facts?.command ?? '') ?? [];
    if (!installation || !newest || !facts || !object) continue;
    // What a server says itself, or is to say, is compared as an attribute.
    const isPlanned = !facts.blank?.includes('realm') && installation.scope['pinnedRealm'] !== null;
    if (isPlanned || textAt(facts, 'realm', object) !== undefined) continue;
    const { realm } = seenIssuer(installation.product, newest);
    if (realm === undefined || realm.toLowerCase() === installation.realm.toLowerCase()) continue;
    report.add('evidence/realm', {
      address: address('oauth-settings', name),
      detail:
        `${newest.host} issues tokens under the realm "${realm}", ` +
        `and by the topology it is "${installation.realm}"`,
      help: 'set the default domain of its servers back, or declare it; all partners follow it',
    });
  }
}

import { directions, partnerAttributes, type Direction } from './partners.ts';
import type { Rule } from './rule.ts';
import { oneOf, yamlWord } from './wording.ts';

/**
 * Partners of one acceptor can be told apart (R28, R29).
 *
 * An acceptor finds a partner by the attributes its product goes by, and keeps it under a name that
 * ignores case. Two partners alike would overwrite each other on every run.
 */
export const distinctPartners: Rule = (subject, report) => {
  const keys = new Map<string, Direction>();
  const names = new Map<string, Direction>();
  for (const direction of directions(subject)) {
    const { partner, acceptor, address } = direction;
    const naturalKey = acceptor.product.objects.partner?.naturalKey ?? [];
    const [name, ...values] = partnerAttributes(direction, ['name', ...naturalKey]);
    const twin = claim(keys, [partner.acceptor, ...values.map(String)].join(' '), direction);
    if (twin) {
      report.add('partner/same-issuer', {
        detail:
          `"${partner.acceptor}" cannot tell "${partner.issuer}" from "${twin.partner.issuer}": ` +
          `both have the same ${naturalKey.join(' and ')}`,
        help: remedy(direction),
        at: partner.at,
        address,
        related: [{ at: twin.partner.at, text: 'the other partner' }],
      });
      continue;
    }
    if (typeof name !== 'string') continue;
    const holder = claim(names, `${partner.acceptor} ${name.toLowerCase()}`, direction);
    if (!holder) continue;
    report.add('partner/name-taken', {
      detail: `"${name}" is already the name of the partner "${holder.partner.issuer}"`,
      help: `give this partner a name of its own, for example "name: ${ownName(direction)}"`,
      at: partner.name === undefined ? partner.at : [...partner.at, 'name'],
      address,
      related: [{ at: holder.partner.at, text: 'the partner of that name' }],
    });
  }
};

/** Takes a key for a direction; answers who had it before, if that is another edge. */
function claim(
  taken: Map<string, Direction>,
  key: string,
  direction: Direction,
): Direction | undefined {
  const holder = taken.get(key);
  if (!holder) taken.set(key, direction);
  return holder && holder.address !== direction.address ? holder : undefined;
}

function remedy({ partner, acceptor }: Direction): string {
  const { bases, objects } = acceptor.product;
  const others = bases.filter(basis => basis !== partner.basis);
  if (!objects.partner?.naturalKey.includes('basis') || others.length === 0) return 'keep one';
  return `keep one, or give this one the basis ${oneOf(others)}`;
}

function ownName({ issuer }: Direction): string {
  return yamlWord(`${issuer.product.application}-${issuer.deployment.name}`);
}

import { describe, expect, it } from 'vitest';
import { isError } from '../../src/kernel/report.ts';
import { edited, rehearse } from './rehearse.ts';

interface Waived {
  readonly rule?: string;
  readonly address?: string;
  readonly until?: string;
}

/** A base whose first product is out of support, with a waiver. */
function waived({ rule = 'R66', address = 'deployment/exchange', until = '2026-12-31' }: Waived) {
  const entry = `{ rule: ${rule}, address: ${address}, reason: change 4711, until: '${until}' }`;
  return edited(
    'skype-exchange-se',
    ['product: exchange-server-se', 'product: exchange-server-2013'],
    ['\nscenarios:', `\nwaivers: [${entry}]\n\nscenarios:`],
  );
}

const codes = (text: string): string[] => rehearse(text).map(({ code }) => code);

describe('a waiver', () => {
  it.each(['R66', 'product/support-ended'])('by %s settles its finding and is shown', rule => {
    const found = rehearse(waived({ rule }));
    expect(found.map(({ code }) => code)).toEqual(['product/support-ended']);
    expect(found[0]?.waived).toEqual({ reason: 'change 4711', until: '2026-12-31' });
  });

  it('holds through its last day, in UTC', () => {
    const text = waived({ until: '2026-11-24' });
    expect(codes(text)).toEqual(['product/support-ended']);
    const late = { now: new Date('2026-11-25T00:00:00Z') };
    expect(rehearse(text, late).map(({ code }) => code)).toContain('waiver/expired');
  });

  it('that has ended settles nothing and is an error', () => {
    const found = rehearse(waived({ until: '2026-11-23' }));
    expect(found.map(({ code }) => code)).toEqual(['product/support-ended', 'waiver/expired']);
    expect(found[0]?.waived).toBeUndefined();
    expect(found.some(isError)).toBe(true);
  });

  it('is for one address only', () => {
    const found = rehearse(waived({ address: 'deployment/skype' }));
    expect(found.map(({ code }) => code)).toEqual(['product/support-ended', 'waiver/unused']);
    expect(found[0]?.waived).toBeUndefined();
  });

  it('of what evidence may show is not idle, though nothing of it is looked at here', () => {
    for (const rule of ['R09', 'R50', 'certificate/not-exportable', 'certificate/cng-key', 'R79']) {
      const found = codes(waived({ rule, address: 'certificate/exchange' }));
      expect(found, rule).toEqual(['product/support-ended']);
    }
    const late = waived({ rule: 'R09', until: '2026-11-23' });
    expect(codes(late)).toContain('waiver/expired');
  });

  it('cannot settle an error that makes the plan wrong', () => {
    const text = edited(
      'skype-exchange-se',
      ['realm: mail', 'realm: mial'],
      [
        '\nscenarios:',
        "\nwaivers: [{ rule: realm/unknown, address: deployment/exchange, reason: x, until: '2999-01-01' }]\n\nscenarios:",
      ],
    );
    const found = rehearse(text);
    expect(found.map(({ code }) => code)).toContain('waiver/not-waivable');
    expect(found.filter(isError).map(({ code }) => code)).toContain('realm/unknown');
  });

  it('can acknowledge what starts by itself (R86)', () => {
    const text = edited(
      'skype-exchange-se',
      ['      unified-contact-store: off\n', ''],
      [
        '\nscenarios:',
        "\nwaivers: [{ rule: R86, address: edge/skype/exchange, reason: gated by hand, until: '2026-12-31' }]\n\nscenarios:",
      ],
    );
    const found = rehearse(text);
    expect(found.map(({ code }) => code)).toEqual(['feature/undeclared']);
    expect(found.some(isError)).toBe(false);
  });
});

describe('a flood of waived findings', () => {
  it('does not hide the one that nobody waived', () => {
    const many = Array.from({ length: 150 }, (_, index) => `e${index}`);
    const realms = many.map(name => `  ${name}: { acceptedDomains: { default: ${name}.net } }`);
    const deployments = many.map(
      name =>
        `  ${name}: { product: exchange-server-2013, realm: ${name}, ` +
        `servers: [{ fqdn: ex.${name}.net }], namespaces: { autodiscover: a.${name}.net } }`,
    );
    const waivers = many
      .slice(1)
      .map(
        name => `  - { rule: R66, address: deployment/${name}, reason: x, until: '2999-01-01' }`,
      );
    const text = ['apiVersion: concordat/v1', 'name: flood', 'realms:', ...realms];
    text.push('deployments:', ...deployments, 'waivers:', ...waivers);
    const open = rehearse(text.join('\n')).filter(one => one.waived === undefined);
    expect(open.map(({ address }) => address)).toEqual(['deployment/e0']);
  });
});

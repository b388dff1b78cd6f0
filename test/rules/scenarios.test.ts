import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCatalog } from '../../src/products/registry.ts';
import type { Catalog } from '../../src/products/product.ts';
import { codesOf, edited, rehearse } from './rehearse.ts';

const FEATURES = [
  '    features:',
  '      exchange-archiving: { configuration: global, mode: ImOnly }',
  '      unified-contact-store: off',
  '',
].join('\n');
const TRUST = 'partners:\n  - mutual: [skype, exchange]\n';

/** The catalog as if every product ran in the cloud. */
function inCloud(): Catalog {
  const { products, ...rest } = readCatalog();
  const moved = [...products].map(([id, product]) => [id, { ...product, cloud: true }] as const);
  return { ...rest, products: new Map(moved) };
}

describe('scenarios of the cloud', () => {
  const text = edited(
    'skype-exchange-se',
    ['kind: on-premises', 'kind: microsoft-365'],
    [FEATURES, ''],
    [TRUST, ''],
  );

  it('need nothing, and say so: scenario/nothing-to-do', () => {
    const found = rehearse(text, { catalog: inCloud() });
    expect(found.map(({ code }) => code)).toEqual(['scenario/nothing-to-do']);
    expect(found[0]?.severity).toBe('info');
  });

  it('do not fit servers on-premises', () => {
    expect(codesOf(text)).toEqual(['scenario/not-in-cloud']);
  });
});

describe('lines that a finding prints', () => {
  /** The lines below the sentence of a help. */
  const linesOf = (help: string): string => help.split('\n').slice(1).join('\n');

  it('complete a topology that has no partners', () => {
    const text = edited('skype-exchange-se', [TRUST, '']);
    const found = rehearse(text).find(({ code }) => code === 'feature/needs-trust');
    const lines = linesOf(found?.help ?? '');
    expect(parse(lines)).toEqual({ partners: [{ mutual: ['skype', 'exchange'] }] });
    expect(codesOf(`${text}\n${lines}\n`)).toEqual([]);
  });

  it('complete a topology that has one direction', () => {
    const one = '  - { acceptor: exchange, issuer: skype }\n';
    const text = edited('skype-exchange-se', ['  - mutual: [skype, exchange]\n', one]);
    const found = rehearse(text).find(({ code }) => code === 'feature/needs-trust');
    const lines = linesOf(found?.help ?? '');
    expect(parse(lines)).toEqual([{ acceptor: 'skype', issuer: 'exchange' }]);
    expect(codesOf(text.replace(one, `${one}  ${lines}\n`))).toEqual([]);
  });

  it('are YAML even where a name is a word of YAML', () => {
    const text = edited('skype-exchange-se', [TRUST, ''])
      .replaceAll('skype:', "'null':")
      .replace('between: [skype', "between: ['null'");
    const found = rehearse(text).find(({ code }) => code === 'feature/needs-trust');
    expect(parse(linesOf(found?.help ?? ''))).toEqual({
      partners: [{ mutual: ['null', 'exchange'] }],
    });
  });

  it('settle a trust that would start the contact store by itself', () => {
    const text = edited('skype-exchange-se', ['      unified-contact-store: off\n', '']);
    const found = rehearse(text).find(({ code }) => code === 'feature/undeclared');
    const [off = ''] = linesOf(found?.help ?? '').split('\n');
    expect(codesOf(`${text}      ${off}\n`)).toEqual([]);
  });

  it('settle it where no scenario speaks of the trust', () => {
    const text = edited('skype-exchange-se').replace(/scenarios:[^]*/, '');
    const found = rehearse(text).find(({ code }) => code === 'feature/undeclared');
    const codes = codesOf(`${text}${linesOf(found?.help ?? '')}\n`);
    expect(codes).toEqual(['partner/not-needed']);
  });

  it('split a realm that has two defaults', () => {
    const text = edited('skype-exchange-se', [
      'additional: [northwind.de] } }',
      'additional: [northwind.de] }, acceptedDomains: { default: northwind.com } }',
    ]);
    const found = rehearse(text).find(({ code }) => code === 'realm/two-defaults');
    expect(parse(linesOf(found?.help ?? ''))).toEqual({
      northwind: { sipDomains: { default: 'northwindtraders.com', additional: ['northwind.de'] } },
      'northwind-2': { acceptedDomains: { default: 'northwind.com' } },
    });
  });
});

describe('one realm for two products', () => {
  it('is accepted where both defaults are equal', () => {
    const text = edited(
      'skype-exchange-se',
      ['  mail: { acceptedDomains: { default: northwindtraders.com } }\n', ''],
      [
        'northwind.de] } }',
        'northwind.de] }, acceptedDomains: { default: NorthwindTraders.com } }',
      ],
      ['realm: mail', 'realm: northwind'],
    );
    expect(codesOf(text)).toEqual([]);
  });
});

describe('a topology without features', () => {
  it('needs no trust', () => {
    const text = edited('skype-exchange-se', [FEATURES, ''], [TRUST, '']);
    expect(codesOf(text)).toEqual([]);
  });
});

describe('a metadata host', () => {
  const pool = (lines: string): string =>
    edited('skype-exchange-se').replace(/pools:[^]*?autodiscover:/, `${lines}\n    autodiscover:`);

  it('may be the only server of a pool of its name', () => {
    const name = 'sfb.corp.northwindtraders.com';
    expect(codesOf(pool(`pools: [{ fqdn: ${name}, servers: [${name}] }]`))).toEqual([]);
  });

  it('over http is for labs', () => {
    const url = 'http://autodiscover.northwindtraders.com/Autodiscover/Metadata/json/1';
    const entries =
      '{ acceptor: exchange, issuer: skype }\n' +
      `  - { acceptor: skype, issuer: exchange, metadataUrl: '${url}' }`;
    const text = edited('skype-exchange-se', ['mutual: [skype, exchange]', entries]);
    expect(codesOf(text)).toEqual(['partner/metadata-url-scheme']);
    expect(codesOf(text.replace('production', 'lab'))).toEqual([]);
  });
});

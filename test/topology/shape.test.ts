import { describe, expect, it } from 'vitest';
import type { ErrorObject } from 'ajv';
import type { JsonObject } from '../../src/kernel/json.ts';
import { shapeFaults } from '../../src/topology/shape.ts';
import { base, check, codesIn, edit, file } from '../support/check.ts';

const good = base('lync-exchange');

/** What is said of one edit of a topology that is good. */
function said(from: string, to: string): string[] {
  return check([file(edit(good, from, to))]).map(
    ({ code, place, detail, help }) =>
      `${place?.line}:${place?.column} ${code}: ${detail}; ${help}`,
  );
}

describe('what does not fit the schema is said in words', () => {
  it('a misspelt key is one finding, not an unknown one and a missing one', () => {
    expect(said('realm: mail', 'relm: mail')).toEqual([
      '24:5 shape/unknown-key: "relm" is not a key that is known here; did you mean "realm"?',
    ]);
  });

  it('keys are looked for in the form that the entry has', () => {
    expect(said('issuer: lync }', 'isuer: lync }')).toEqual([
      expect.stringContaining('did you mean "issuer"?'),
    ]);
    expect(
      said('source: generate } }\n  exchange', 'source: existing, keySize: 2048 } }\n  exchange'),
    ).toEqual([expect.stringContaining('shape/misplaced-key: "keySize" does not go together')]);
  });

  it('a missing key that can have one value only is told with that value', () => {
    expect(said('\ndeployments:', '\nremoved: [{ from: lync }]\ndeployments:')).toEqual([
      expect.stringMatching(/"destroy" is missing here; write: destroy: false$/),
    ]);
  });

  it('what can only be left out is not answered with its opposite', () => {
    expect(said('meeting-scheduling: on', 'meeting-scheduling: off')).toEqual([
      expect.stringMatching(/shape\/unknown-word: found "off".*; delete the key: there is no/),
    ]);
  });

  it('an unknown product leaves its own settings to be judged when it is known', () => {
    const codes = codesIn(edit(good, 'lync-server-2013', 'lync-server-2031'));
    expect(codes.filter(code => code.startsWith('shape/'))).toEqual([]);
  });

  it('texts that YAML reads as something else are to be quoted, as they were written', () => {
    expect(said('site: HQ', 'site: 42')[0]).toMatch(/42 is a number to YAML.*quote it: '42'$/);
    expect(said('site: HQ', 'site: true')[0]).toMatch(
      /true is a boolean to YAML.*quote it: 'true'$/,
    );
    expect(said('site: HQ', 'site: True')[0]).toMatch(/quote it: 'True'$/);
  });

  it.each([
    '0123',
    '1e10',
    '12E4',
    '1.50',
    '0x1F',
    '0o17',
    '+5',
    '.5',
    '-0',
    '.inf',
    '.nan',
    '12345678901234567890',
    '1234567890123456789012345678901234567890',
  ])('yaml/altered-number: %s would not read as written', text => {
    const [first] = check([file(edit(good, 'site: HQ', `site: ${text}`))]);
    expect(first?.code).toBe('yaml/altered-number');
    expect(first?.help).toContain(`'${text}'`);
    expect(codesIn(edit(good, 'site: HQ', `site: '${text}'`))).not.toContain('yaml/altered-number');
  });

  it.each(['no', 'NO', 'yes', 'on', 'off', '1:30', '0777a', '2030-01-01', '15.2.2562.17'])(
    '%s is a text without quotes',
    text => {
      const codes = codesIn(edit(good, 'site: HQ', `site: ${text}`));
      expect(codes.filter(code => /^(shape|yaml)/.test(code))).toEqual([]);
    },
  );

  it('shape/out-of-range: numbers have a range', () => {
    const size = (bits: string) =>
      said(
        'source: generate } }\n  exchange',
        `source: generate, keySize: ${bits} } }\n  exchange`,
      );
    expect(size('99999')[0]).toContain('shape/out-of-range: found 99999; at most 16384');
    expect(size('4096').filter(line => line.includes('shape/'))).toEqual([]);
  });

  it('shape/repeated-entry: a list of names has each once', () => {
    const forests = (trusts: string) =>
      said('realms:', `forests: { corp: {}, fab: { trusts: [${trusts}] } }\nrealms:`);
    expect(forests('corp, corp')[0]).toContain('entries 1 and 2 of this list are equal: "corp"');
    expect(forests('corp').filter(line => line.includes('shape/repeated-entry'))).toEqual([]);
  });

  it('shape/value: an error without words of its own is still one sentence', () => {
    const value = { a: 1 } as JsonObject;
    const error = {
      instancePath: '/a',
      schemaPath: '#/not',
      keyword: 'not',
      params: {},
      message: 'must NOT be valid',
    } as ErrorObject;
    expect(shapeFaults([error], value, () => undefined)).toEqual([
      {
        code: 'shape/value',
        at: ['a'],
        detail: 'found 1, which must NOT be valid',
        help: 'see `concordat schema` for what can be written here',
      },
    ]);
    expect(shapeFaults([], value, () => undefined)).toEqual([]);
  });

  it('a flood of errors stays small', () => {
    const flood = Array.from({ length: 5_000 }, (_, i) => `  - { acceptor: A${i}, issuer: b }\n`);
    expect(
      check([
        file(good + `\n`),
        file('apiVersion: concordat/v1\npartners:\n' + flood.join(''), 'z.yaml'),
      ]),
    ).toHaveLength(100);
  });

  it('long values are cut, and control characters never reach a terminal', () => {
    const [first] = check([file(edit(good, 'name: litware', `name: ${'L'.repeat(500)}`))]);
    expect(first?.detail.length).toBeLessThan(250);
  });
});

describe('names that mean something to JavaScript are only names', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])(
    '%s',
    name => {
      const realm = edit(good, '  mail: {', `  ${name}: { id: x }\n  mail: {`);
      expect(codesIn(realm).length).toBeGreaterThan(0);
      expect(codesIn(edit(good, 'environment: lab', `${name}: lab`))).toContain(
        'shape/unknown-key',
      );
      expect(
        codesIn(edit(good, 'realm: mail', `realm: ${name.toLowerCase().replaceAll('_', '')}`)),
      ).toContain('realm/unknown');
      expect(({} as Record<string, unknown>)['id']).toBeUndefined();
    },
  );
});

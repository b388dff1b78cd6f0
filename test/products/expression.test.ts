import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/kernel/json.ts';
import { evaluate, namesIn } from '../../src/products/expression.ts';

const SCOPE = {
  'Get-Pool': [
    { Fqdn: 'a.example', Services: ['User:a', 'Web:a'], Computers: ['a1', 'a2'] },
    { Fqdn: 'b.example', Services: ['External:b'], Computers: ['b1'] },
  ],
  'Get-Service': [
    { Pool: 'A.EXAMPLE', Name: 'web.example' },
    { Pool: 'a.example', Name: 'second' },
  ],
  None: [],
  Version: 'Version 15.2 (Build 2562.17)',
  Odd: [{ a: 1 }, null, 'text'],
};

describe('expressions over what a server showed', () => {
  const cases: [is: string, expression: Json, value: Json][] = [
    ['each object of a list', { each: '{Get-Pool}', as: '{Fqdn}' }, ['a.example', 'b.example']],
    [
      'those that a pattern lets through, in one item of a list',
      { each: '{Get-Pool}', where: { Services: '^user:' }, as: '{Fqdn}' },
      ['a.example'],
    ],
    ['lists in one', { each: '{Get-Pool}', as: '{Computers}' }, ['a1', 'a2', 'b1']],
    [
      'those that say the same as what is around them',
      {
        each: '{Get-Pool}',
        as: {
          name: '{Fqdn}',
          web: { first: { each: '{Get-Service}', same: { Pool: '{Fqdn}' }, as: '{Name}' } },
        },
      },
      [
        { name: 'a.example', web: 'web.example' },
        { name: 'b.example', web: null },
      ],
    ],
    ['what nobody read is not empty', { each: '{Get-Other?}', as: '{Fqdn?}' }, null],
    ['what is empty is', { each: '{None}', as: '{Fqdn?}' }, []],
    ['items that are no objects say nothing', { each: '{Odd}', as: '{a?}' }, [1]],
    [
      'what several brackets meet',
      { of: '{Version}', match: String.raw`^Version (\S+) \(Build (\S+)\)`, into: '$1.$2' },
      '15.2.2562.17',
    ],
    ['nothing where nothing is met', { of: '{Version}', match: '^x(.)', into: '$1' }, null],
    [
      'the thumbprint of a certificate in base64',
      { thumbprint: 'MAA=' },
      createHash('sha1').update(Buffer.from('MAA=', 'base64')).digest('hex').toUpperCase(),
    ],
    ['no thumbprint of nothing', { thumbprint: '{Absent?}' }, null],
  ];
  it.each(cases)('%s', (_, expression, value) => {
    expect(evaluate(expression, SCOPE)).toEqual(value);
  });

  it('name what they look up, and take no brace of a pattern for it', () => {
    const match = '^(x{2,3})$';
    expect(namesIn({ thumbprint: { of: '{AuthToken?}', match, into: '{$1}' } })).toEqual([
      'AuthToken',
    ]);
    expect(
      namesIn({ first: ['{a.b?}', { each: '{List}', where: { Name: 'x{2}' }, as: '{c}' }] }),
    ).toEqual(['a', 'List', 'c']);
  });
});

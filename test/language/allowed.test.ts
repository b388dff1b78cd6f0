import { expect, it } from 'vitest';
import { unlistedCalls, unlistedNames } from './allowed.ts';

const OLD = { powershell: '3.0', framework: '4.5' };
const at = { line: 1, column: 1, text: '' };
const type = (detail: string) => ({ ...at, reason: 'type', detail });
const method = (detail: string, also: object = {}) => ({
  ...at,
  reason: 'method',
  detail,
  static: false,
  computed: false,
  ...also,
});
const call = (command: string, ...parameters: string[]) => ({ line: 7, command, parameters });

it('lets pass what the list has, whatever its case', () => {
  const owner = { static: true, type: 'Array', exists: true };
  const named = { types: [type('io.file')], members: [method('Sort', owner), method('Replace')] };
  expect(unlistedNames(named, OLD)).toEqual([]);
  expect(unlistedCalls([call('Join-Path', 'Path', 'ChildPath')], OLD)).toEqual([]);
});

it.each([
  ['a type', { types: [type('Diagnostics.Process')], members: [] }],
  [
    'a static method',
    { types: [], members: [method('Delete', { static: true, type: 'IO.File', exists: true })] },
  ],
  [
    'a static method that does not exist',
    { types: [], members: [method('Move', { static: true, type: 'IO.File', exists: false })] },
  ],
  ['a method', { types: [], members: [method('Invoke')] }],
  ['a computed method', { types: [], members: [method('', { computed: true })] }],
])('refuses %s that is not listed', (_, named) => {
  expect(unlistedNames(named, OLD)).toHaveLength(1);
});

it('refuses what the framework or the shell does not have yet', () => {
  const named = { types: [type('DateTimeOffset')], members: [] };
  expect(unlistedNames(named, { ...OLD, framework: '2.0' })).toHaveLength(1);
  expect(
    unlistedCalls([call('ConvertFrom-Json', 'InputObject')], { ...OLD, powershell: '2.0' }),
  ).toEqual(['7: ConvertFrom-Json -InputObject']);
});

it('refuses a built-in command, or one of its parameters, that is not listed', () => {
  expect(unlistedCalls([call('Invoke-Expression', 'Command')], OLD)).toHaveLength(1);
  expect(unlistedCalls([call('Move-Item', 'LiteralPath', 'PassThru')], OLD)).toEqual([
    '7: Move-Item -PassThru',
  ]);
});

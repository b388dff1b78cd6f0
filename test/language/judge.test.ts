import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRequest, hasEngine, startEngine, type Engine, type Finding } from '../support/engine.ts';

interface Call {
  readonly command: string;
  readonly set: string;
  readonly parameters: readonly string[];
}

const DOCUMENTED = {
  'Get-Thing': {
    default: 'Identity',
    sets: {
      Identity: [parameter('Identity', 'ThingIdParameter', { positional: true })],
      Filter: [parameter('Filter', 'String')],
    },
  },
  'Set-Thing': {
    sets: {
      Url: [
        parameter('Identity', 'String', { required: true, positional: true }),
        parameter('Url', 'Uri', { required: true }),
        parameter('Enabled', 'Boolean'),
        parameter('Force', 'switch'),
        parameter('Level', 'Level'),
      ],
      Key: [
        parameter('Identity', 'String', { required: true, positional: true }),
        parameter('Key', 'String', { required: true }),
        parameter('KeySize', 'Int32'),
        parameter('Enabled', 'Boolean'),
        parameter('Level', 'Level'),
      ],
    },
    values: { Level: ['Full', 'User'] },
  },
  'Out-Thing': { sets: { All: [parameter('InputObject', 'PSObject', { required: true })] } },
};

function parameter(
  name: string,
  type: string,
  also: { positional?: boolean; required?: boolean } = {},
) {
  return { name, type, positional: false, required: false, ...also };
}

/** A judge that says yes to everything is worth nothing: here it must say no, and why. */
describe.skipIf(!hasEngine)('the judge', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = startEngine();
    await engine.request('documented', { commands: DOCUMENTED });
  });
  afterAll(() => engine.close());

  const send = (text: string) => asRequest({ name: 'script', bytes: Buffer.from(text) });
  const bind = (text: string, also: object = {}) =>
    engine.request<{ calls: Call[]; failures: Finding[] }>('bind', {
      ...send(text),
      level: '5.1',
      ...also,
    });

  describe('binds a call', () => {
    it.each<[string, string, string, string[]]>([
      ['bare, to the default set', 'Get-Thing', 'Identity', []],
      ['by what only one set has', 'Set-Thing -Identity a -Key $k', 'Key', ['Identity', 'Key']],
      [
        'with a switch',
        'Set-Thing -Identity a -Url $u -Force',
        'Url',
        ['Force', 'Identity', 'Url'],
      ],
      [
        'with a given switch',
        'Set-Thing -Identity a -Url $u -Force:$f',
        'Url',
        ['Force', 'Identity', 'Url'],
      ],
      [
        'with a value of the list',
        'Set-Thing -Identity a -Key k -Level $l',
        'Key',
        ['Identity', 'Key', 'Level'],
      ],
      ['at the end of a pipe', '$x | Out-Thing', '__AllParameterSets', ['InputObject']],
      ['with common parameters', 'Get-Thing -ErrorAction Stop', 'Identity', ['ErrorAction']],
    ])('%s', async (_, text, set, parameters) => {
      const { calls, failures } = await bind(text);
      expect(failures).toEqual([]);
      expect(calls.at(-1)).toMatchObject({
        parameters,
        set: set === '__AllParameterSets' ? expect.any(String) : set,
      });
    });

    it('in each size of its splat', async () => {
      const text = [
        "$t = @{ Identity = 'a'; Key = $k }",
        "if ($x) { $t['Enabled'] = $true }",
        '$t.KeySize = 2048',
        'Set-Thing @t',
      ].join('\n');
      const { calls, failures } = await bind(text);
      expect(failures).toEqual([]);
      expect(calls.map(call => call.parameters)).toEqual([
        ['Identity', 'Key'],
        ['Enabled', 'Identity', 'Key', 'KeySize'],
      ]);
    });

    it('in each branch that fills its splat', async () => {
      const text =
        "$t = @{ Nothing = 1 }\nif ($x) { $t = @{ Identity = 'a'; Key = 'k' } } else { $t = @{ Identity = 'a'; Url = $u } }\n$t = $t";
      const { failures } = await bind(`${text}\nSet-Thing @t`);
      expect(failures[0]?.reason).toBe('splat');
      const { calls } = await bind(`${text.split('\n').slice(1, 2).join('')}\nSet-Thing @t`);
      expect(calls.map(call => call.set)).toEqual(['Key', 'Url']);
    });

    it('of a function of the script to its own parameters', async () => {
      const { calls, failures } = await bind(
        "function Add-One([string] $Text, [switch] $Loud) { Get-Thing }\nAdd-One -Text 'a' -Loud",
      );
      expect(failures).toEqual([]);
      expect(calls.map(call => call.command)).toEqual(['Get-Thing', 'Add-One']);
    });
  });

  it.each([
    ['an unknown command', 'Get-Nothing', 'unknown-command'],
    ['an alias', '$x | ? { $_ }', 'unknown-command'],
    ['an unknown parameter', 'Get-Thing -Colour red', 'unknown-parameter'],
    ['an abbreviated parameter', 'Get-Thing -Ident a', 'unknown-parameter'],
    ['an argument without its name', 'Get-Thing a', 'positional-argument'],
    ['a mandatory parameter missing', 'Set-Thing -Identity a -Url', 'MissingArgument'],
    ['an ambiguous set', 'Set-Thing -Identity a', 'AmbiguousParameterSet'],
    ['parameters of two sets', 'Set-Thing -Identity a -Url $u -Key k', 'AmbiguousParameterSet'],
    ['the mandatory parameter of a set missing', 'Set-Thing -Key k', 'MissingMandatoryParameter'],
    [
      'a text for a boolean',
      "Set-Thing -Identity a -Key k -Enabled 'False'",
      'ParameterArgumentTransformationError',
    ],
    [
      'a null for a number',
      'Set-Thing -Identity a -Key k -KeySize abc',
      'ParameterArgumentTransformationError',
    ],
    [
      'a value outside the list',
      'Set-Thing -Identity a -Key k -Level Half',
      'ParameterArgumentValidationError',
    ],
    ['a common parameter of a newer shell', 'Get-Thing -ProgressAction Ignore', 'newer-parameter'],
    ['a computed command', '& $command -Identity a', 'computed-command'],
    ['a splat that is no literal', '$t = Get-Thing\nSet-Thing @t', 'splat'],
    ['a splat that nobody assigned', 'function F($t) { Set-Thing @t }', 'splat'],
    [
      'a splat with a computed key',
      "$t = @{ Identity = 'a' }\n$t[$key] = 1\nSet-Thing @t",
      'splat',
    ],
    [
      'a splat that is short of a key',
      "$t = @{ Key = 'k' }\nSet-Thing @t",
      'MissingMandatoryParameter',
    ],
    [
      'a splat with a key too many',
      "$t = @{ Identity = 'a'; Key = 'k' }\n$t['Url'] = $u\nSet-Thing @t",
      'AmbiguousParameterSet',
    ],
    [
      'an abbreviated key of a splat',
      "$t = @{ Identity = 'a'; Keys = 'k' }\nSet-Thing @t",
      'splat',
    ],
    [
      'a call without a value of a function of the script',
      'function F { param([Parameter(Mandatory=$true)][string] $Text) }\nF',
      'MissingMandatoryParameter',
    ],
  ])('refuses %s', async (_, text, reason) => {
    const { failures } = await bind(text);
    expect(failures.map(one => one.reason)).toContain(reason);
    expect(failures[0]).toMatchObject({ line: expect.any(Number), text: expect.any(String) });
  });

  it('holds a computed command to the sets of what it is listed as', async () => {
    const computed = { $tool: 'Set-Thing', $action: 'scriptblock' };
    expect((await bind('& $tool -Identity a -Key k\n& $action', { computed })).failures).toEqual(
      [],
    );
    const { failures } = await bind('& $tool -Identity a -Colour red', { computed });
    expect(failures.map(one => one.reason)).toEqual(['unknown-parameter']);
  });

  it.each([
    ['7.0', '$a ? 1 : 2'],
    ['7.0', '$a ?? 1'],
    ['7.0', '$a ??= 1'],
    ['7.0', 'Get-Thing && Get-Thing'],
    ['7.0', 'Get-Thing || Get-Thing'],
    ['7.0', 'Get-Thing\n  | Out-Thing'],
    ['7.1', '${a}?.b'],
    ['7.1', '${a}?[0]'],
    ['6.0', 'Get-Thing &'],
    ['6.0', '"`u{41}"'],
    ['6.0', '0b11'],
    ['6.0', '$IsWindows'],
    ['5.0', 'class A { }'],
    ['5.0', 'enum A { B }'],
    ['5.0', 'using namespace System.IO'],
    ['5.0', '[datetime]::new(1)'],
    ['5.0', 'Get-Thing 6> $null'],
    ['4.0', '$a.Where({ $_ })'],
    ['4.0', '$a.ForEach({ $_ })'],
  ])('knows what PowerShell %s brought: %s', async (since, text) => {
    const newer = async (level: string) =>
      (await engine.request<{ newer: Finding[] }>('parse', { ...send(text), level })).newer;
    expect((await newer('3.0')).map(one => one.detail)).toEqual([`needs PowerShell ${since}`]);
    expect(await newer(since)).toEqual([]);
  });

  it('takes plain PowerShell 3.0 for what it is', async () => {
    const { errors, newer } = await engine.request<{ errors: Finding[]; newer: Finding[] }>(
      'parse',
      {
        ...send(
          '$a = @(1, 0x1F, 2kb) | ForEach-Object { [pscustomobject]@{ A = $_ } }\nif ($a -in 1, 2) { "`t$a" }',
        ),
        level: '3.0',
      },
    );
    expect([...errors, ...newer]).toEqual([]);
  });

  it('names the fault of a script that does not parse', async () => {
    const { errors } = await engine.request<{ errors: Finding[] }>('parse', send("'a"));
    expect(errors).toMatchObject([{ line: 1, reason: 'TerminatorExpectedAtEndOfString' }]);
  });

  it.each([
    ['a command', '$Declared = @{ A = (Get-Date) }', 'CommandAst'],
    ['a variable', '$Declared = @{ A = $x }', 'VariableExpressionAst'],
    ['a text that expands', '$Declared = @{ A = "$(1)" }', 'ExpandableStringExpressionAst'],
    ['a member', "$Declared = @{ A = 'a'.Length }", 'MemberExpressionAst'],
    ['a method', "$Declared = @{ A = [IO.File]::ReadAllText('x') }", 'InvokeMemberExpressionAst'],
    ['two blocks', '$Declared = @{ }\n$Declared = @{ }', '2 assignments'],
    ['a block in a branch', 'if ($x) { $Declared = @{ } }', 'not assigned at the top'],
  ])('evaluates no declared block with %s', async (_, text, reason) => {
    await expect(engine.request('declared', send(text))).rejects.toThrow(reason);
  });

  it('reports each type and member that a script names', async () => {
    const { types, members } = await engine.request<{
      types: { detail: string; resolved: string | null }[];
      members: { detail: string; reason: string; static: boolean; exists?: boolean }[];
    }>(
      'types',
      send(
        "[IO.File]::Exists('a'); [IO.File]::Invent(); (New-Object -TypeName System.Random).Next()",
      ),
    );
    expect(types.map(one => [one.detail, one.resolved])).toEqual([
      ['IO.File', 'System.IO.File'],
      ['IO.File', 'System.IO.File'],
      ['System.Random', 'System.Random'],
    ]);
    expect(members.map(one => [one.detail, one.static, one.exists])).toEqual([
      ['Exists', true, true],
      ['Invent', true, false],
      ['Next', false, undefined],
    ]);
  });

  it('finds no fault in the fixture that shows every form of call', async () => {
    const bytes = readFileSync(new URL('fixtures/partner.ps1', import.meta.url));
    const { errors, newer } = await engine.request<{ errors: Finding[]; newer: Finding[] }>(
      'parse',
      {
        ...asRequest({ name: 'partner.ps1', bytes }),
        level: '3.0',
      },
    );
    expect([...errors, ...newer]).toEqual([]);
  });

  it('answers a question that it does not know with an error, and goes on', async () => {
    await expect(engine.request('sing', {})).rejects.toThrow("unknown request 'sing'");
    expect((await bind('Get-Thing')).failures).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import type { Bound } from './allowed.ts';

interface Documented {
  readonly module?: string;
  readonly sets?: Readonly<Record<string, readonly { readonly name: string }[]>>;
}

const documented = JSON.parse(
  readFileSync(new URL('../powershell/documented.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Documented>>;

/** Asked before it is known which controller answers. */
const BEFORE_THE_CONTROLLER = new Set([
  'Get-ExchangeServer',
  'Get-AuthConfig',
  'Get-AcceptedDomain',
]);

/**
 * What every call of a server's command says whether or not it would matter there: that an error
 * ends the script, that nobody is asked, which controller answers.
 */
export function brokenHabits(calls: readonly Bound[]): string[] {
  return calls.flatMap(({ command, parameters, line }) => {
    const known = documented[command];
    if (!known || known.module?.startsWith('Microsoft.PowerShell.')) return [];
    return habitsOf(command, known)
      .filter(name => !parameters.includes(name))
      .map(name => `${line}: ${command} without -${name}`);
  });
}

/** Without these a name mistyped is nothing, and an error a line in red above the next command. */
const PREFERENCES = ['Set-StrictMode -Version 2.0', "$ErrorActionPreference = 'Stop'"];

/** What a script does not say of itself before it begins. */
export function missingPreferences(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return PREFERENCES.filter(line => !lines.includes(line)).map(line => `1: no ${line}`);
}

function habitsOf(command: string, { sets = {} }: Documented): string[] {
  const takes = (name: string): boolean =>
    Object.values(sets).some(parameters => parameters.some(one => one.name === name));
  const writes = !/^(?:Get|Test)-/.test(command);
  return [
    ...(command.endsWith('.ps1') ? [] : ['ErrorAction']),
    ...(writes ? ['Confirm'].filter(takes) : []),
    ...(BEFORE_THE_CONTROLLER.has(command) ? [] : ['DomainController'].filter(takes)),
  ];
}

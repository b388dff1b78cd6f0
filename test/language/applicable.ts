import { readFileSync } from 'node:fs';

interface Documented {
  readonly module?: string;
  readonly applicable?: string;
  readonly default?: string;
}

const FILE = new URL('../powershell/documented.json', import.meta.url);

/** The project's copy of the documented commands. */
export const documented = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Documented>;

/** What the documentation calls a version; its pages do not know the subscription edition of one. */
const APPLICABLE: Readonly<Record<string, readonly string[]>> = {
  'lync-server-2013': ['Lync Server 2013'],
  'skype-for-business-server-se': ['Skype for Business Server 2019'],
  'exchange-server-2013': ['Exchange Server 2013'],
  'exchange-server-se': ['Exchange Server SE'],
};

/** Whether a command comes with the shell and not with a product. */
export function isBuiltIn(command: string): boolean {
  return documented[command]?.module?.startsWith('Microsoft.PowerShell.') ?? false;
}

/** Whether the documentation knows a command for the version; built-in ones are for all. */
export function isApplicable(command: string, product: string): boolean {
  const applicable = documented[command]?.applicable;
  if (applicable === undefined || !/Lync|Skype|Exchange/.test(applicable)) return true;
  return (APPLICABLE[product] ?? []).some(version => applicable.split(', ').includes(version));
}

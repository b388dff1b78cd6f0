import type { RemoteValue } from './remote-object.ts';

/** How an element of one value is read; undefined: its text is not one. */
export type ScalarReader = (text: string) => RemoteValue | undefined;

const matching =
  (pattern: RegExp): ScalarReader =>
  text =>
    pattern.test(text) ? text : undefined;

const whole: ScalarReader = text => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
};

const floating: ScalarReader = text => {
  if (/^(?:-?INF|NaN)$/.test(text)) return text;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
};

const words: ScalarReader = text => unescapeText(text);

/** [MS-PSRP] 2.2.5.1: the elements that hold one value. */
export const SCALARS: ReadonlyMap<string, ScalarReader> = new Map<string, ScalarReader>([
  ['S', words],
  ['C', whole],
  ['B', text => (text === 'true' ? true : text === 'false' ? false : undefined)],
  ['DT', matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)?$/)],
  ['TS', matching(/^-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/)],
  ['By', whole],
  ['SB', whole],
  ['U16', whole],
  ['I16', whole],
  ['U32', whole],
  ['I32', whole],
  ['U64', whole],
  ['I64', whole],
  ['Sg', floating],
  ['Db', floating],
  ['D', matching(/^[+-]?\d+(?:\.\d+)?$/)],
  ['BA', matching(/^[A-Za-z0-9+/]*={0,2}$/)],
  ['G', matching(/^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/)],
  ['URI', words],
  ['Version', matching(/^\d+(?:\.\d+){1,3}$/)],
  ['XD', words],
  ['SBK', words],
]);

const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

/** `_x000A_` stands for a code unit that XML cannot hold, `_x005F_` for the underscore of one. */
export function unescapeText(text: string): string {
  return text.replace(ESCAPED, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

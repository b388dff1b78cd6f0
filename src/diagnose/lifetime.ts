import type { Json, JsonObject } from '../kernel/json.ts';
import type { Fact, Fault } from './fact.ts';

/** What every receiver allows for clocks that differ. */
const SKEW = 300;
const HOUR = 3600;
const LONGEST = 25 * HOUR;
/** Instants beyond it cannot be written as a date. */
const LAST = 253_402_300_799;

/** From when to when a token holds, and where an instant stands to that. */
export function lifetimeFacts({ nbf, exp }: JsonObject, now: Date): Fact[] {
  const [begins, ends] = [seconds(nbf), seconds(exp)];
  if (begins === undefined || ends === undefined) {
    return [{ name: 'lifetime', value: oddities(nbf, exp) ?? 'not said' }];
  }
  const today = now.getTime() / 1000;
  const when =
    today < begins
      ? `begins in ${span(begins - today)}`
      : today < ends
        ? `ends in ${span(ends - today)}`
        : `ended ${span(today - ends)} ago`;
  return [
    { name: 'lifetime', value: `${instant(begins)} to ${instant(ends)}, ${span(ends - begins)}` },
    { name: 'as of', value: `${now.toISOString().slice(0, 19)}Z, ${when}` },
  ];
}

/** Begins, ends, and holds at an instant (the prover's rule V8). */
export function lifetimeFaults({ nbf, exp }: JsonObject, now: Date, name: string): Fault[] {
  const [begins, ends] = [seconds(nbf), seconds(exp)];
  if (begins === undefined || ends === undefined) {
    const odd = oddities(nbf, exp);
    const says = odd === undefined ? 'does not say when it begins and ends' : `says: ${odd}`;
    return [late('lifetime', `${name} ${says}`)];
  }
  const today = now.getTime() / 1000;
  const faults: (Fault | false)[] = [
    begins > today + SKEW && late('early', `${name} begins at ${instant(begins)}`),
    ends <= today - SKEW && late('ended', `${name} ended at ${instant(ends)}`),
    ends <= begins && late('lifetime', `${name} ends before it begins`),
    ends - begins > LONGEST && late('too-long', `${name} holds for ${span(ends - begins)}`),
  ];
  return faults.filter(one => one !== false);
}

function late(check: string, says: string): Fault {
  return { check, rule: 'V8', says };
}

/** What stands in the place of seconds; nothing where neither is there. */
function oddities(nbf: Json | undefined, exp: Json | undefined): string | undefined {
  if (nbf === undefined && exp === undefined) return undefined;
  const begins = oddity(nbf).map(what => `nbf ${what}`);
  return [...begins, ...oddity(exp).map(what => `exp ${what}`)].join('; ');
}

function oddity(value: Json | undefined): string[] {
  if (seconds(value) !== undefined) return [];
  if (value === undefined) return ['is not there'];
  const number = numberOf(value);
  if (number === undefined) return ['is not a number of seconds'];
  if (number >= 0 && number <= LAST) return [`is ${number}, not whole seconds`];
  const whole = seconds(Math.floor(number / 1000));
  // Whoever writes a script often takes its language's own clock, which counts milliseconds.
  const hint = whole === undefined ? '' : ` (as milliseconds it is ${instant(whole)})`;
  return [`is ${number}, outside of what a date can be${hint}`];
}

function seconds(value: Json | undefined): number | undefined {
  const number = numberOf(value);
  if (number === undefined || !Number.isSafeInteger(number)) return undefined;
  return number >= 0 && number <= LAST ? number : undefined;
}

/** Older issuers write digits in a text. */
function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}

function instant(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
}

function span(length: number): string {
  const whole = Math.max(0, Math.round(length));
  if (whole >= 48 * HOUR) return `${Math.floor(whole / (24 * HOUR))} days`;
  if (whole >= 2 * HOUR) return `${Math.floor(whole / HOUR)} hours`;
  return `${Math.floor(whole / 60)} minutes`;
}

/** From when until when a certificate is valid. */
export interface Life {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const HOUR = 3_600_000;
const SECOND = 1_000;
// GeneralizedTime has four digits for the year.
const LAST_YEAR = 9_999;

/**
 * The life of a certificate made now. It begins an hour ago, because clocks of servers differ, and
 * ends by the calendar in UTC; `undefined` for a lifetime that no certificate has.
 */
export function lifeFrom(now: Date, lifetime: string): Life | undefined {
  const start = Math.floor((now.getTime() - HOUR) / SECOND) * SECOND;
  const notBefore = new Date(start);
  const notAfter = addDuration(notBefore, lifetime);
  if (!notAfter || notAfter <= notBefore || !(notAfter.getUTCFullYear() <= LAST_YEAR)) {
    return undefined;
  }
  return { notBefore, notAfter };
}

function addDuration(start: Date, duration: string): Date | undefined {
  const [, digits, unit] = /^P(\d{1,5})([DWMY])$/.exec(duration) ?? [];
  const count = Number(digits);
  switch (unit) {
    case 'D':
      return addDays(start, count);
    case 'W':
      return addDays(start, 7 * count);
    case 'M':
      return addMonths(start, count);
    case 'Y':
      return addMonths(start, 12 * count);
    default:
      return undefined;
  }
}

function addDays(start: Date, days: number): Date {
  const end = new Date(start);
  end.setUTCDate(end.getUTCDate() + days);
  return end;
}

/** A month on, or on the last day of a month that has no such day. */
function addMonths(start: Date, months: number): Date {
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + months);
  // 31 January plus a month overflows into March: day 0 of that month is the end of February.
  if (end.getUTCDate() !== start.getUTCDate()) end.setUTCDate(0);
  return end;
}

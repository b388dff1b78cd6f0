import { diagnose, type Diagnostic } from '../kernel/report.ts';

/** What a server said that the time is, and what it was here. */
export interface ClockReading {
  readonly url: string;
  readonly time: Date;
  readonly here: Date;
}

const MINUTE = 60 * 1000;
/** What every receiver of tokens allows. */
const MOST = 5 * MINUTE;

/** Clocks that are too far apart for tokens (R79): each with ours, and the outermost two. */
export function clockFindings(readings: readonly ClockReading[]): Diagnostic[] {
  const ordered = readings
    .map(one => ({ ...one, ahead: one.time.getTime() - one.here.getTime() }))
    .sort((a, b) => a.ahead - b.ahead);
  const alone = ordered.filter(({ ahead }) => Math.abs(ahead) > MOST);
  const said = alone.map(({ url, time, here, ahead }) =>
    tell(`${url} says that it is ${utc(time)}; here it is ${utc(here)}, ${apart(ahead)}`),
  );
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (!first || !last || last.ahead - first.ahead <= MOST) return said;
  const between = apart(last.ahead - first.ahead);
  return [...said, tell(`the clock of ${last.url} is ahead of that of ${first.url}, ${between}`)];
}

function tell(detail: string): Diagnostic {
  const help = 'put servers and this machine on one time source; tokens hold from minute to minute';
  return diagnose('fetch/clock', { detail, help }, () => undefined);
}

function apart(milliseconds: number): string {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  return `${minutes} minutes apart`;
}

function utc(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

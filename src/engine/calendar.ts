/** Calendar days in a time zone, found fast: every quarter of an hour lies in one day. */
import { isoTime } from '../kernel/clock.ts';
import { dayMs, hourMs } from '../kernel/duration.ts';

const quarterMs = 900_000;

/** Days as `YYYY-MM-DD`. */
export interface Calendar {
  /** The day that holds the moment (Unix ms). */
  readonly dayOf: (unixMs: number) => string;
  /** `count` days that end with the day before the one of `unixMs`, oldest first. */
  readonly daysBefore: (unixMs: number, count: number) => readonly string[];
  /** The day as Unix ms, half-open; it must lie at most a week before `nearMs`. Empty when it does not. */
  readonly rangeOf: (day: string, nearMs: number) => { readonly fromMs: number; readonly toMs: number };
}

/** `timezone` is an IANA name. Offsets of every zone in use are multiples of 15 minutes. */
export function createCalendar(timezone: string): Calendar {
  const name = timezone === 'UTC' ? utcDay : dayNamer(timezone);
  const known = new Map<number, string>();
  const dayOf = (unixMs: number): string => {
    const quarter = Math.floor(unixMs / quarterMs);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const day = name(quarter * quarterMs);
    if (known.size > 20_000) known.clear();
    known.set(quarter, day);
    return day;
  };
  return {
    dayOf,
    daysBefore: (unixMs, count) => daysBefore(dayOf, unixMs, count),
    rangeOf: (day, nearMs) => rangeOf(dayOf, day, nearMs),
  };
}

function utcDay(unixMs: number): string {
  return isoTime(unixMs).slice(0, 10);
}

function dayNamer(timezone: string): (unixMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (unixMs) => format.format(unixMs);
}

/** Steps back by half days, so that a day of 23 or 25 hours is neither skipped nor named twice. */
function daysBefore(dayOf: (unixMs: number) => string, unixMs: number, count: number): readonly string[] {
  const today = dayOf(unixMs);
  const found = new Set<string>();
  for (let at = unixMs; found.size < count && unixMs - at < (count + 2) * dayMs; at -= 12 * hourMs) {
    const day = dayOf(at);
    if (day !== today) found.add(day);
  }
  return [...found].reverse();
}

function rangeOf(dayOf: (unixMs: number) => string, day: string, nearMs: number): { fromMs: number; toMs: number } {
  const last = Math.floor(nearMs / quarterMs) * quarterMs;
  const quarters = Array.from({ length: (8 * dayMs) / quarterMs }, (_, index) => last - index * quarterMs);
  const inside = quarters.filter((at) => dayOf(at) === day);
  const [newest, oldest] = [inside[0], inside.at(-1)];
  return newest === undefined || oldest === undefined
    ? { fromMs: last, toMs: last }
    : { fromMs: oldest, toMs: newest + quarterMs };
}

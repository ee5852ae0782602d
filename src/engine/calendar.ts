/** Calendar days in a time zone, found fast: every quarter of an hour lies in one day. */
import { isoTime } from '../kernel/clock.ts';
import { dayMs, hourMs } from '../kernel/duration.ts';

const quarterMs = 900_000;

/** [fromMs, toMs), Unix ms. */
export interface DayRange {
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Days as `YYYY-MM-DD`. */
export interface Calendar {
  /** The day that holds the moment (Unix ms). */
  readonly dayOf: (unixMs: number) => string;
  /** `count` days that end with the day before the one of `unixMs`, oldest first. */
  readonly daysBefore: (unixMs: number, count: number) => readonly string[];
  /** The last `count` days as Unix ms, half-open, oldest first; the last one is that of `unixMs`, up to its next quarter of an hour. */
  readonly daysUntil: (unixMs: number, count: number) => readonly DayRange[];
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
    daysUntil: (unixMs, count) => daysUntil(dayOf, unixMs, count),
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

/** Every change of day lies on a quarter of an hour, so a walk by quarters finds them all. */
function daysUntil(dayOf: (unixMs: number) => string, unixMs: number, count: number): readonly DayRange[] {
  const found: DayRange[] = [];
  let toMs = Math.ceil((unixMs + 1) / quarterMs) * quarterMs;
  let fromMs = toMs - quarterMs;
  for (let at = fromMs; found.length < count; at -= quarterMs) {
    if (dayOf(at) === dayOf(fromMs)) {
      fromMs = at;
      continue;
    }
    found.push({ day: dayOf(fromMs), fromMs, toMs });
    toMs = fromMs;
    fromMs = at;
  }
  return found.reverse();
}

/** Calendar days as `YYYY-MM-DD` texts: which day a moment belongs to, and which days lie between two. */
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';

/** The calendar day of a Unix time in an IANA time zone. */
export function dayOf(unixMs: number, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(unixMs);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The day `count` days later (negative: earlier). */
export function addDays(day: string, count: number): string {
  return isoTime(dayIndex(day) * dayMs + count * dayMs).slice(0, 10);
}

/** Days since 1970-01-01; differences of two are exact whatever the time zone. */
export function dayIndex(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00.000Z`) / dayMs);
}

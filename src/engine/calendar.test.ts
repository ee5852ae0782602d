import { describe, expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';

const at = (text: string): number => Date.parse(text);

describe('calendar', () => {
  it('names the day of a moment in the zone, not in UTC', () => {
    expect(createCalendar('UTC').dayOf(at('2026-11-19T23:59:59.999Z'))).toBe('2026-11-19');
    expect(createCalendar('Europe/Berlin').dayOf(at('2026-11-19T23:00:00Z'))).toBe('2026-11-20');
    expect(createCalendar('Asia/Kolkata').dayOf(at('2026-11-19T18:29:59Z'))).toBe('2026-11-19');
    expect(createCalendar('Asia/Kolkata').dayOf(at('2026-11-19T18:30:00Z'))).toBe('2026-11-20');
  });

  it('neither skips nor repeats the days on which clocks change', () => {
    const autumn = createCalendar('Europe/Berlin').daysBefore(at('2026-10-27T00:30:00Z'), 4);
    expect(autumn).toEqual(['2026-10-23', '2026-10-24', '2026-10-25', '2026-10-26']);
    const spring = createCalendar('Europe/Berlin').daysBefore(at('2026-03-30T22:30:00Z'), 3);
    expect(spring).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
  });

  it('cuts time into calendar days without gap or overlap, 25 hours long where the clock goes back', () => {
    const days = createCalendar('Europe/Berlin').daysUntil(at('2026-10-27T08:07:00Z'), 4);
    expect(days.map((one) => one.day)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27']);
    expect(days.map((one) => (one.toMs - one.fromMs) / 3_600_000)).toEqual([24, 25, 24, 9.25]);
    expect(days.slice(1).map((one) => one.fromMs)).toEqual(days.slice(0, -1).map((one) => one.toMs));
    expect(days[0]?.fromMs).toBe(at('2026-10-23T22:00:00Z'));
  });

  it('agrees with UTC by arithmetic for a year of quarters', () => {
    const [fast, slow] = [createCalendar('UTC'), createCalendar('Etc/UTC')];
    const start = at('2026-01-01T00:00:00Z');
    for (let hour = 0; hour < 365 * 24; hour += 7) {
      const moment = start + hour * 3_600_000;
      expect(fast.dayOf(moment)).toBe(slow.dayOf(moment));
    }
  });
});

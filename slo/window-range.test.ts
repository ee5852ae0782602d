/** Calendar months in a time zone, daylight saving included. */
import { describe, expect, it } from 'vitest';
import { compileExample } from './example-objective.ts';
import { createTimeline, evaluateObjective } from './index.ts';
import { rangeOf } from './window-range.ts';

const month = { kind: 'calendar', unit: 'month', minEvents: 1, minFailures: 1 } as const;
const hour = 3_600_000;

describe('rangeOf', () => {
  it('begins at the local midnight of the first, and ends at the watermark', () => {
    const watermark = Date.parse('2026-03-15T12:00:00Z');
    expect(rangeOf(month, watermark, 'America/New_York').fromMs).toBe(Date.parse('2026-03-01T05:00:00Z'));
    expect(rangeOf(month, watermark, 'UTC')).toMatchObject({
      fromMs: Date.parse('2026-03-01T00:00:00Z'),
      toMs: watermark,
    });
  });

  it('knows that March 2026 has an hour less in Berlin, and October one more', () => {
    expect(rangeOf(month, Date.parse('2026-03-15T00:00:00Z'), 'Europe/Berlin').lengthMs).toBe(31 * 24 * hour - hour);
    expect(rangeOf(month, Date.parse('2026-10-15T00:00:00Z'), 'Europe/Berlin').lengthMs).toBe(31 * 24 * hour + hour);
  });

  it('starts the next month with an untouched budget, one slice after local midnight', () => {
    const compiled = compileExample({ window: { calendar: 'month' } });
    const timeline = createTimeline();
    const midnight = Date.parse('2026-02-28T23:00:00Z');
    timeline.add(midnight - 10_000, 10_000, { good: 0, total: 50 }, false);
    timeline.add(midnight, 10_000, { good: 50, total: 50 }, false);
    const at = (watermarkMs: number) =>
      evaluateObjective(compiled, timeline, {
        watermarkMs,
        lastPointMs: watermarkMs,
        intervalMs: 10_000,
        timezone: 'Europe/Berlin',
      }).windows[0];
    expect(at(midnight - 1)).toMatchObject({ window: 'month', total: 0 });
    expect(at(midnight)).toMatchObject({ total: 0 });
    expect(at(midnight + 10_000)).toMatchObject({ state: 'met', good: 50, total: 50, budgetRemaining: 1 });
  });

  it('refuses a time zone that does not exist', () => {
    expect(() => rangeOf(month, 0, 'Mars/Olympus')).toThrow(
      'timezone "Mars/Olympus" is not known; write an IANA name such as UTC',
    );
  });
});

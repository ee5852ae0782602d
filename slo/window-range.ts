/** Where a window begins and ends. */
import { Temporal } from 'temporal-polyfill';
import { AppError } from '../src/kernel/errors.ts';
import type { WindowDefinition } from './definition.ts';

/** Unix ms; `lengthMs` is the whole window's, of a calendar month also the part to come. */
export interface WindowRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lengthMs: number;
}

interface Month {
  readonly timezone: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The month asked for last: all objectives of a tick ask for the same one. */
let lastMonth: Month | null = null;

/** Ends at the watermark. @throws CONFIG_INVALID for an unknown time zone */
export function rangeOf(window: WindowDefinition, watermarkMs: number, timezone: string): WindowRange {
  if (window.kind === 'rolling') {
    return { fromMs: watermarkMs - window.lengthMs, toMs: watermarkMs, lengthMs: window.lengthMs };
  }
  const month = monthOf(watermarkMs, timezone);
  return { fromMs: month.fromMs, toMs: watermarkMs, lengthMs: month.untilMs - month.fromMs };
}

function monthOf(atMs: number, timezone: string): Month {
  const known = lastMonth;
  if (known !== null && known.timezone === timezone && atMs >= known.fromMs && atMs < known.untilMs) return known;
  const start = zonedOf(atMs, timezone).with({ day: 1 }).startOfDay();
  const next = start.add({ months: 1 }).startOfDay();
  const found = { timezone, fromMs: start.epochMilliseconds, untilMs: next.epochMilliseconds };
  lastMonth = found;
  return found;
}

function zonedOf(atMs: number, timezone: string): Temporal.ZonedDateTime {
  try {
    return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `timezone "${timezone}" is not known; write an IANA name such as UTC`, {
      cause: error,
    });
  }
}

/** Histograms of time are stored in seconds, whatever unit they were sent in. */
import { type Grid, plainGrid, timeGrid } from './exponential-grid.ts';
import type { MetricRecord } from './wire/index.ts';

/** How a histogram's values become stored ones: divided by `divisor`, exponential ones on `grid`. */
export interface StoredUnit {
  readonly divisor: number;
  readonly grid: Grid;
}

const seconds: StoredUnit = { divisor: 1, grid: timeGrid(0, 1) };
const milliseconds: StoredUnit = { divisor: 1e3, grid: timeGrid(10, 1e3) };
const microseconds: StoredUnit = { divisor: 1e6, grid: timeGrid(20, 1e6) };
const nanoseconds: StoredUnit = { divisor: 1e9, grid: timeGrid(30, 1e9) };
const asSent: StoredUnit = { divisor: 1, grid: plainGrid };

/** UCUM, and how older SDKs spell it. */
const units: ReadonlyMap<string, StoredUnit> = new Map([
  ['s', seconds],
  ['seconds', seconds],
  ['ms', milliseconds],
  ['milliseconds', milliseconds],
  ['us', microseconds],
  ['µs', microseconds],
  ['μs', microseconds],
  ['microseconds', microseconds],
  ['ns', nanoseconds],
  ['nanoseconds', nanoseconds],
]);

/**
 * By the metric's unit field alone. A unit that is no time, unknown or absent changes nothing, except that a name which ends in
 * `.duration` without a unit is taken for seconds, as the semantic conventions have it.
 */
export function storedUnit(metric: MetricRecord): StoredUnit {
  return units.get(metric.unit) ?? (metric.unit === '' && metric.name.endsWith('.duration') ? seconds : asSent);
}

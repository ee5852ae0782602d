/** When a trend will cross a threshold: log-linear, Fieller interval, variance inflated for days that resemble each other. */
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';
import { addDays, dayIndex } from './calendar.ts';

/** Dates are ISO 8601; `level` is the nominal confidence of [low, high]. */
export interface Forecast {
  readonly date: string;
  readonly low: string;
  readonly high: string;
  readonly level: number;
}

/** A day's positive statistic. */
export interface TrendPoint {
  readonly day: string;
  readonly value: number;
}

const minimumDays = 28;
const level = 0.9;
/** z of a two-sided 90 % interval; t with ≥ 26 degrees of freedom differs by less than 4 %, which the inflation covers. */
const z = 1.6448536269514722;

/**
 * The day on which the trend reaches `threshold`, or null for "no forecast": fewer than 28 days, a falling or flat trend,
 * no finite interval, already above, or further ahead than the history is long.
 */
export function forecastCrossing(points: readonly TrendPoint[], threshold: number): Forecast | null {
  const usable = points.filter(({ value }) => value > 0);
  const last = usable.at(-1);
  if (usable.length < minimumDays || last === undefined || threshold <= 0) return null;
  const first = dayIndex(usable[0]?.day ?? last.day);
  const xs = usable.map(({ day }) => dayIndex(day) - first);
  const ys = usable.map(({ value }) => Math.log(value));
  const span = dayIndex(last.day) - first;
  const crossing = fiellerCrossing(xs, ys, Math.log(threshold));
  if (crossing === null || crossing.at <= span || crossing.at > 2 * span) return null;
  const dateOf = (x: number): string => isoTime(dayIndex(addDays(usable[0]?.day ?? last.day, Math.round(x))) * dayMs);
  return { date: dateOf(crossing.at), low: dateOf(Math.max(span, crossing.low)), high: dateOf(crossing.high), level };
}

/** Where the line y = a + b·x reaches `target`, with the Fieller interval of that x; null when it is not bounded. */
function fiellerCrossing(
  xs: readonly number[],
  ys: readonly number[],
  target: number,
): { readonly at: number; readonly low: number; readonly high: number } | null {
  const n = xs.length;
  const meanX = mean(xs);
  const meanY = mean(ys);
  const sxx = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const sxy = xs.reduce((sum, x, index) => sum + (x - meanX) * ((ys[index] ?? 0) - meanY), 0);
  const slope = sxy / sxx;
  const residuals = ys.map((y, index) => y - meanY - slope * ((xs[index] ?? 0) - meanX));
  const rho = autocorrelation(residuals);
  const variance = (residuals.reduce((sum, r) => sum + r * r, 0) / (n - 2)) * ((1 + rho) / (1 - rho));
  const rise = target - meanY;
  // Solve (rise − b·d)² ≤ z²·variance·(1/n + d²/sxx) for d = x − meanX.
  const square = slope ** 2 - (z ** 2 * variance) / sxx;
  const constant = rise ** 2 - (z ** 2 * variance) / n;
  const half = (slope * rise) ** 2 - square * constant;
  if (slope <= 0 || square <= 0 || half < 0) return null;
  const root = Math.sqrt(half);
  return {
    at: meanX + rise / slope,
    low: meanX + (slope * rise - root) / square,
    high: meanX + (slope * rise + root) / square,
  };
}

/** Lag-1 autocorrelation, corrected for its small-sample bias of about −(1 + 4ρ)/n, within [0, 0.95]. */
function autocorrelation(residuals: readonly number[]): number {
  const n = residuals.length;
  const total = residuals.reduce((sum, r) => sum + r * r, 0);
  if (total === 0) return 0;
  const lagged = residuals.slice(1).reduce((sum, r, index) => sum + r * (residuals[index] ?? 0), 0);
  const raw = lagged / total;
  return Math.min(0.95, Math.max(0, raw + (1 + 4 * raw) / n));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

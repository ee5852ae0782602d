/** Forecasts: a clean trend is dated, a doubtful one is declined. */
import { expect, test } from 'vitest';
import { seededRandom } from '../kernel/ids.ts';
import { addDays } from './calendar.ts';
import { forecastCrossing } from './forecast.ts';

/** A value that grows by `ratePerDay` from 100 on 2026-09-01, with multiplicative noise. */
function series(length: number, ratePerDay: number, noise = 0, seed = 1) {
  const random = seededRandom(seed);
  return Array.from({ length }, (_, index) => ({
    day: addDays('2026-09-01', index),
    value: 100 * Math.exp(ratePerDay * index + noise * (random() - 0.5)),
  }));
}

test('1 % a day from 100 reaches 200 on day 69 (ln 2 / 0.01)', () => {
  const forecast = forecastCrossing(series(60, 0.01), 200);
  expect(forecast?.date).toBe('2026-11-09T00:00:00.000Z');
});

test('noise widens the interval around the true day, and the interval is not empty', () => {
  const forecast = forecastCrossing(series(60, 0.01, 0.2), 200);
  const day = (text: string | undefined) => Date.parse(text ?? '');
  expect(day(forecast?.low)).toBeLessThan(day('2026-11-09'));
  expect(day(forecast?.high)).toBeGreaterThan(day('2026-11-09'));
});

test.each([
  ['27 days of history', series(27, 0.03), 200],
  ['a falling trend', series(60, -0.01), 200],
  ['a flat and noisy one', series(60, 0, 0.5), 200],
  ['a crossing further ahead than the history is long', series(30, 0.005), 200],
  ['a level already above', series(60, 0.01), 120],
])('%s gives no forecast', (_, points, threshold) => {
  expect(forecastCrossing(points, threshold)).toBeNull();
});

/** Days whose deviation from the trend carries over: AR(1) with ρ = 0.8 or independent, same variance. */
function wandering(rho: number, seed: number) {
  const random = seededRandom(seed);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let deviation = gauss();
  return Array.from({ length: 60 }, (_, index) => {
    deviation = rho * deviation + Math.sqrt(1 - rho * rho) * gauss();
    return { day: addDays('2026-09-01', index), value: 100 * Math.exp(0.01 * index + 0.1 * deviation) };
  });
}

test('days that resemble each other widen the interval: nominal 90 % covers the true day in at least 75 % at ρ = 0.8', () => {
  const truth = Date.parse('2026-11-09');
  const dated = Array.from({ length: 300 }, (_, seed) => forecastCrossing(wandering(0.8, seed + 1), 200)).filter(
    (forecast) => forecast !== null,
  );
  const covering = dated.filter(({ low, high }) => Date.parse(low) <= truth && truth <= Date.parse(high));
  expect(dated.length).toBeGreaterThan(150);
  expect(covering.length / dated.length).toBeGreaterThan(0.75);
});

import { expect, test } from 'vitest';
import { RollingRates } from './rates.ts';

const totals = (spans: number) => ({ spans, points: spans * 2, logs: 0, bytes: spans * 100 });

test('nothing is said in the first second', () => {
  const rates = new RollingRates();
  expect(rates.rates(0, totals(5))).toBeNull();
  rates.look(0, totals(0));
  expect(rates.rates(999, totals(5))).toBeNull();
});

test('the rate is that of the last minute: 30 a second for five minutes, then 6 a second, is 6 after another minute', () => {
  const rates = new RollingRates();
  let spans = 0;
  for (let second = 0; second <= 300; second += 1) {
    spans = second * 30;
    rates.look(second * 1_000, totals(spans));
  }
  expect(rates.rates(300_000, totals(spans))).toEqual({ spans: 30, points: 60, logs: 0, bytes: 3_000, overMs: 60_000 });
  for (let second = 301; second <= 360; second += 1) {
    spans += 6;
    rates.look(second * 1_000, totals(spans));
    if (second === 330) expect(rates.rates(330_000, totals(spans))?.spans).toBe(18);
  }
  expect(rates.rates(360_000, totals(spans))?.spans).toBe(6);
});

test('before the first minute is over the rate is the mean so far', () => {
  const rates = new RollingRates();
  rates.look(0, totals(0));
  rates.look(5_000, totals(50));
  expect(rates.rates(10_000, totals(200))).toMatchObject({ spans: 20, overMs: 10_000 });
});

test('looks that come in a rush, or long apart, change nothing', () => {
  const rates = new RollingRates();
  for (let ms = 0; ms < 1_000; ms += 1) rates.look(ms, totals(0));
  expect(rates.rates(10_000, totals(100))?.spans).toBe(10);
  rates.look(600_000, totals(6_000));
  expect(rates.rates(600_000, totals(6_000))).toMatchObject({ spans: 6_000 / 599.5, overMs: 599_500 });
});

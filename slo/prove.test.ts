/** Detection, reset and budget against the worked numbers; each finding with its exact message. */
import { describe, expect, it } from 'vitest';
import { compileExample, exampleErrors, examplePolicy } from './example-objective.ts';
import { type Detection, proveObjective } from './index.ts';

const minute = 60_000;

function withTarget(target: number) {
  return compileExample({
    indicator: { ...exampleErrors.indicator, target },
    window: '30d',
    burn: 'google-30d',
  });
}

function minutesOf(detection: readonly Detection[], failureRatio: number, of: 'detectMs' | 'resetMs') {
  return detection
    .filter((row) => row.failureRatio === failureRatio)
    .map((row) => {
      const minutes = row[of] === null ? null : row[of] / minute;
      return minutes === null ? 'never' : Number(minutes.toFixed(minutes < 10 ? 1 : 0));
    });
}

function messagesOf(changes: Readonly<Record<string, unknown>>, expectedPerMinute?: number): readonly string[] {
  const { issues } = proveObjective(compileExample(changes), expectedPerMinute);
  return issues.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('detection of the 30 d policy (pairs 14.4, 6, 3, 1)', () => {
  it.each([
    [0.999, 1, [0.9, 2.2, 4.3, 4.3]],
    [0.999, 0.5, [1.7, 4.3, 8.6, 8.6]],
    [0.999, 0.1, [8.6, 22, 43, 43]],
    [0.99, 1, [8.6, 22, 43, 43]],
    [0.99, 0.5, [17, 43, 86, 86]],
    [0.99, 0.1, ['never', 216, 432, 432]],
    [0.95, 1, [43, 108, 216, 216]],
    [0.95, 0.5, ['never', 216, 432, 432]],
    [0.95, 0.1, ['never', 'never', 'never', 2160]],
    [0.9, 1, ['never', 216, 432, 432]],
    [0.9, 0.5, ['never', 'never', 864, 864]],
    [0.9, 0.1, ['never', 'never', 'never', 'never']],
  ])('at a target of %d and a failure ratio of %d takes %j minutes', (target, failureRatio, minutes) => {
    expect(minutesOf(proveObjective(withTarget(target)).detection, failureRatio, 'detectMs')).toEqual(minutes);
  });

  it('resets 4.9, 29.8, 120 and 360 min after a total failure at 99.9 %', () => {
    const { detection } = proveObjective(withTarget(0.999));
    expect(minutesOf(detection, 1, 'resetMs')).toEqual([4.9, 30, 120, 360]);
    expect(detection.find((row) => row.pair === '6h/30m 6×')?.resetMs).toBeCloseTo(29.82 * minute, 3);
  });

  it('has spent 2, 5, 10 and 10 % of the budget when it fires, whatever the failure ratio', () => {
    const { detection } = proveObjective(withTarget(0.999));
    for (const failureRatio of [1, 0.5, 0.1]) {
      const spent = detection.filter((row) => row.failureRatio === failureRatio).map((row) => row.budgetSpent ?? -1);
      [0.02, 0.05, 0.1, 0.1].forEach((share, index) => {
        expect(spent[index]).toBeCloseTo(share, 12);
      });
    }
  });

  it('shows the documented page beside the pairs: p95 > 500 ms is reached by half failures in 30 s', () => {
    const compiled = compileExample({
      indicator: { kind: 'latency', signal: 'x', share: 0.95, atMost: '200ms' },
      page: { atMost: '500ms', over: '5m', minEvents: 20 },
    });
    const rows = proveObjective(compiled).detection;
    expect(rows.map((row) => row.pair)).toEqual(Array.from({ length: 3 }, () => 'page p95 > 500 ms'));
    expect(rows[1]?.detectMs).toBeCloseTo(30_000, 6);
    expect(rows[1]?.resetMs).toBeCloseTo(270_000, 6);
  });
});

describe('proveObjective', () => {
  it('finds nothing wrong with 99.9 % under the 30 d policy', () => {
    expect(proveObjective(withTarget(0.999)).issues).toEqual([]);
  });

  it('says that 14.4× can never fire at 90 %', () => {
    expect(proveObjective(withTarget(0.9)).issues[0]).toEqual({
      severity: 'error',
      message:
        'burn 1h/5m 14.4×: can never fire, with every event bad the rate is 10×; write a factor below 10 or raise the target',
    });
  });

  it('warns that 14.4× needs more than 72 % bad events at 95 %', () => {
    expect(proveObjective(withTarget(0.95)).issues).toEqual([
      { severity: 'warning', message: 'burn 1h/5m 14.4×: fires only when more than 72 % of the events are bad' },
    ]);
  });

  it('refuses a factor below 1, which fires while the objective is met', () => {
    const policy = {
      ...examplePolicy(),
      pairs: [{ longMs: 259_200_000, shortMs: 21_600_000, factor: 0.933, severity: 'ticket', minFailures: 1 }],
    } as const;
    const compiled = compileExample({ window: '30d', burn: 'google-30d' }, { policy });
    expect(proveObjective(compiled).issues).toEqual([
      {
        severity: 'error',
        message: 'burn 3d/6h 0.933×: a factor below 1 fires while the objective is met; write at least 1',
      },
    ]);
  });

  it('refuses a threshold between two buckets and says what they allow', () => {
    const compiled = compileExample(
      { indicator: { kind: 'latency', signal: 'http.server.duration', share: 0.95, atMost: '200ms' } },
      { bounds: [0.1, 0.25, 0.5] },
    );
    const message =
      'threshold not measurable: 200 ms is no bucket bound of http.server.duration; the share within it lies between the share within 100 ms and the share within 250 ms';
    expect(proveObjective(compiled).issues).toEqual([{ severity: 'error', message }]);
    expect(compiled.unmeasurable).toBe(message);
  });

  it('refuses a page threshold above the last bucket', () => {
    const compiled = compileExample(
      {
        indicator: { kind: 'latency', signal: 'http.server.duration', share: 0.95, atMost: '500ms' },
        page: { atMost: '2s', over: '5m', minEvents: 20 },
      },
      { bounds: [0.1, 0.25, 0.5] },
    );
    expect(compiled.unmeasurable).toBeNull();
    expect(proveObjective(compiled).issues[0]?.message).toBe(
      'threshold not measurable: 2 s is no bucket bound of http.server.duration; the share within it lies between the share within 500 ms and everything',
    );
  });

  it('warns while no series was seen, because the buckets are not known', () => {
    const compiled = compileExample(
      { indicator: { kind: 'latency', signal: 'x', share: 0.95, atMost: '200ms' } },
      { bounds: null },
    );
    expect(proveObjective(compiled).issues).toEqual([
      { severity: 'warning', message: 'no series of x was seen yet: its buckets are not known' },
    ]);
  });

  it('refuses windows shorter than two slices', () => {
    expect(messagesOf({ window: ['30d', { last: '10s', minEvents: 1000 }] })).toEqual([
      'error: window 10s is shorter than 2 slices of 10 s; write at least 20s',
    ]);
    expect(messagesOf({ page: { above: 0.01, over: '15s', minEvents: 100 } })).toEqual([
      'error: page errors > 1 %: window 15s is shorter than 2 slices of 10 s; write at least 20s',
    ]);
  });

  it('warns when one failure breaches a short window or fires the page', () => {
    expect(messagesOf({ window: ['30d', { last: '5m', minEvents: 20 }] })).toEqual([
      'warning: window 5m: one failure among 20 events breaches it; raise minEvents to 1000 or set minFailures',
    ]);
    expect(messagesOf({ page: { above: 0.01, over: '5m', minEvents: 20 } })).toEqual([
      'warning: page errors > 1 %: one failure among 20 events fires it; raise minEvents to 100 or set minFailures',
    ]);
    expect(messagesOf({ window: ['30d', { last: '5m', minEvents: 20, minFailures: 3 }] })).toEqual([]);
  });

  it('refuses a pair that one failure fires at 69 events an hour, and accepts 70', () => {
    const changes = { window: '30d', burn: 'google-30d' };
    expect(messagesOf(changes, 69 / 60)[0]).toMatch(
      /^error: burn 1h\/5m 14.4×: at 1.15 events a minute one failure exceeds it/,
    );
    expect(messagesOf(changes, 70 / 60)).toEqual([]);
  });

  it('warns that a policy made for 30 d spends 42.9 % of a 7 d budget before its last pair fires', () => {
    expect(messagesOf({ window: '7d', burn: 'google-30d' })).toContain(
      'warning: burn 3d/6h 1×: made for a window of 30 d, spends 42.9 % of the budget of 7d before it fires',
    );
  });
});

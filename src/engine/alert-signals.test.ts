/** Which conditions the engine hands to the alerts: what fires, what is unknown, and that simulated data wakes nobody. */
import { describe, expect, it } from 'vitest';
import { compileExample } from '../../slo/example-objective.ts';
import { createTimeline, evaluateObjective } from '../../slo/index.ts';
import type { ProbeAnswer, TriggerAnswer } from '../contract/index.ts';
import { alertSignals, type SignalInputs } from './alert-signals.ts';

const minute = 60_000;
const watermarkMs = 4 * 24 * 60 * minute;
const page = { above: 0.01, over: '5m', minEvents: 20 };

/** One objective with `perMinute` events a minute for 4 days, of which in the last `badMinutes` all fail. */
function objective(options: { badMinutes: number; synthetic?: boolean; silentMinutes?: number; domain?: string }) {
  const compiled = compileExample({ window: '3d', page, burn: 'google-30d', domain: options.domain ?? 'search' });
  const timeline = createTimeline();
  for (let start = 0; start < watermarkMs - (options.silentMinutes ?? 0) * minute; start += minute) {
    const good = start < watermarkMs - options.badMinutes * minute ? 100 : 0;
    timeline.observe(start, minute);
    timeline.add(start, minute, { good, total: 100 }, options.synthetic ?? false);
  }
  const lastPointMs = watermarkMs - (options.silentMinutes ?? 0) * minute;
  const evaluation = evaluateObjective(compiled, timeline, {
    ...{ watermarkMs, lastPointMs, intervalMs: 10_000, timezone: 'UTC' },
  });
  return { entries: [{ compiled, timeline }], evaluations: new Map([[compiled.id, evaluation]]) };
}

function signalsOf(parts: Partial<SignalInputs>) {
  const nothing = { entries: [], evaluations: new Map(), triggers: [], probes: [], checks: [] };
  return alertSignals({ ...nothing, watermarkMs, ...parts });
}

const conditionsOf = (parts: Partial<SignalInputs>) =>
  Object.fromEntries(signalsOf(parts).map((one) => [one.rule, one.condition]));

describe('objectives', () => {
  it('fire the documented alert and the fast burn, and are quiet without failures', () => {
    expect(conditionsOf(objective({ badMinutes: 10 }))).toEqual({
      'objective-page:checkout': 'firing',
      'objective-burn:checkout:page': 'firing',
      'objective-burn:checkout:ticket': 'firing',
    });
    expect(conditionsOf(objective({ badMinutes: 0 }))).toEqual({
      'objective-page:checkout': 'ok',
      'objective-burn:checkout:page': 'ok',
      'objective-burn:checkout:ticket': 'ok',
    });
  });

  it('are unknown, neither firing nor quiet, when the source is silent', () => {
    expect(new Set(Object.values(conditionsOf(objective({ badMinutes: 0, silentMinutes: 30 }))))).toEqual(
      new Set(['unknown']),
    );
  });

  it('wake nobody over simulated events', () => {
    const signals = signalsOf(objective({ badMinutes: 10, synthetic: true }));
    expect(new Set(signals.map((one) => one.condition))).toEqual(new Set(['unknown']));
    expect(signals[0]?.reason).toBe('simulated events are among those counted, so nobody is woken');
  });

  it('say what, how much and where to look', () => {
    const [first, burn] = signalsOf(objective({ badMinutes: 5 }));
    expect(first).toMatchObject({
      domain: 'search',
      severity: 'page',
      summary: 'search: errors > 1 % over 5m (checkout)',
      reason: '100 % of 500 events are bad',
      links: [
        { text: 'objective checkout', path: '/objectives/checkout' },
        { text: 'failed traces', path: '/traces?domain=search&error=true' },
      ],
    });
    expect(burn?.reason).toBe('burns 83.3 × the budget over 1h and 5m; 14.4 × is the limit');
  });
});

const probe: ProbeAnswer = {
  ...{ id: 'feed-loads', title: 'The feed loads', kind: 'http', domain: 'feed', source: null, target: 'GET /api/feed' },
  ...{ state: 'down', reason: 'status 503, expected 200', since: null, everyMs: 30_000, timeoutMs: 5_000 },
  ...{ confirm: { failures: 2, of: 3 }, countsForUptime: true, lastRunAt: null, durationMs: 12, steps: [] },
  ...{ traceId: null, correlationId: null, day: [], failures: [] },
};

const trigger: TriggerAnswer = {
  ...{
    id: 'P1',
    domain: 'notifications',
    title: 'Slow delivery',
    sentence: 'over 5 s',
    source: 'S0 §3',
    state: 'fired',
  },
  ...{ reason: null, value: 6.4, threshold: 5, unit: 's', n: 900, interval: null, dayList: [], live: null },
  ...{ days: { exceeding: 12, evaluable: 14, of: 14 }, since: null, forecast: null, exemplars: [], synthetic: false },
};

describe('the other conditions', () => {
  it.each([
    ['down', 'firing'],
    ['up', 'ok'],
    ['unknown', 'unknown'],
  ] as const)('a probe that is %s is %s', (state, condition) => {
    expect(conditionsOf({ probes: [{ ...probe, state }] })).toEqual({ 'probe:feed-loads': condition });
  });

  it('a failed probe leads to the trace of its last failed run', () => {
    const failure = { at: '', step: 'request', reason: '', durationMs: 1, traceId: 'abc', correlationId: 'probe-1' };
    const [signal] = signalsOf({ probes: [{ ...probe, failures: [failure] }] });
    expect(signal?.links.map((one) => one.path)).toEqual(['/probes/feed-loads', '/traces/abc']);
  });

  it('a fired trigger is told without paging, and not at all when simulated', () => {
    expect(signalsOf({ triggers: [trigger] })[0]).toMatchObject({ severity: 'info', condition: 'firing' });
    expect(conditionsOf({ triggers: [{ ...trigger, synthetic: true }] })).toEqual({ 'trigger:P1': 'unknown' });
    expect(conditionsOf({ triggers: [{ ...trigger, state: 'clearing' }] })).toEqual({ 'trigger:P1': 'ok' });
  });

  it('the own checks are of the domain seamwatch', () => {
    const check = {
      id: 'storage',
      condition: 'firing',
      severity: 'page',
      forMs: 0,
      summary: 's',
      reason: 'r',
    } as const;
    expect(signalsOf({ checks: [check] })[0]).toMatchObject({
      rule: 'self:storage',
      domain: 'seamwatch',
      kind: 'self',
    });
  });
});

/** Random counters through this engine and through Prometheus with the generated rules: the same counts, ratios and alerts. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { minuteMs } from '../../src/kernel/duration.ts';
import { missingTool, requireTool } from '../../tests/tools.ts';
import type { CompiledObjective } from '../compiled.ts';
import { evaluateObjective } from '../evaluate.ts';
import { compileExample, examplePolicy } from '../example-objective.ts';
import { createTimeline, type Timeline } from '../timeline.ts';
import { generateRules } from './index.ts';
import { type ExpressionTest, type InputSeries, promtoolTest } from './promtool-fixture.ts';

const promtool = requireTool('promtool');
const cases = 20;
const minutes = 600;
/** Full 5 min steps, so that windows made of steps and windows of slices end together. */
const judgedAt = Array.from({ length: 14 }, (_, step) => 405 + 15 * step);
const windows = ['5m', '30m', '1h', '4h', '6h'] as const;

/** Seeded: the same cases in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Events of one minute of one series; fast ≤ slow ≤ all. */
interface Minute {
  readonly fast: number;
  readonly slow: number;
  readonly all: number;
}

interface Case {
  readonly compiled: CompiledObjective;
  readonly timeline: Timeline;
  readonly input: readonly InputSeries[];
}

function compileCase(at: number): CompiledObjective {
  const where = { entry: true, domain: `d${at}` };
  const signal = 'domain.request.duration';
  const shared = { id: `c${at}`, window: '4h', burn: 'google-30d' };
  const pairs = examplePolicy(3).pairs.slice(0, 2);
  const policy = { policy: { ...examplePolicy(3), pairs } };
  if (at % 2 === 0) {
    const page = { above: 0.01, over: '5m', minEvents: 20, minFailures: 3 };
    return compileExample({ ...shared, indicator: { kind: 'errors', signal, where, target: 0.999 }, page }, policy);
  }
  // A whole bound too: it is written as 1 or 1.0.
  const atMost = at % 4 === 1 ? '200ms' : '1s';
  const indicator = { kind: 'latency', signal, where, share: 0.99, atMost };
  return compileExample({ ...shared, indicator, page: { atMost: '2s', over: '5m', minEvents: 20 } }, policy);
}

/** Calm, busy, broken and silent stretches in random order. */
function trafficOf(random: () => number): { readonly ok: readonly Minute[]; readonly error: readonly Minute[] } {
  const ok: Minute[] = [];
  const error: Minute[] = [];
  while (ok.length < minutes) {
    const length = 5 + Math.floor(random() * 90);
    const rate = [0, 1, 1, 3, 60, 400][Math.floor(random() * 6)] ?? 0;
    const failing = [0, 0, 0.0005, 0.01, 0.03, 0.5, 1][Math.floor(random() * 7)] ?? 0;
    for (let minute = 0; minute < length && ok.length < minutes; minute += 1) {
      const all = Math.floor(rate * (0.5 + random()));
      const bad = countOf(all, failing, random);
      const tooSlow = countOf(all - bad, failing, random);
      const muchTooSlow = countOf(tooSlow, 0.5, random);
      const good = all - bad;
      ok.push({ fast: good - tooSlow, slow: good - muchTooSlow, all: good });
      error.push({ fast: 0, slow: bad, all: bad });
    }
  }
  return { ok, error };
}

function countOf(events: number, share: number, random: () => number): number {
  let found = 0;
  for (let one = 0; one < events; one += 1) if (random() < share) found += 1;
  return found;
}

function makeCase(at: number): Case {
  const random = randomNumbers(at + 1);
  const compiled = compileCase(at);
  const { ok, error } = trafficOf(random);
  const timeline = createTimeline();
  ok.forEach((fine, minute) => {
    const failed = error[minute]?.all ?? 0;
    const total = fine.all + failed;
    const counts =
      compiled.kind === 'errors' ? { good: fine.all, total } : { good: fine.fast, total, pageGood: fine.slow };
    timeline.add(minute * minuteMs, minuteMs, counts, false);
  });
  const restarts = new Set([Math.floor(random() * minutes), Math.floor(random() * minutes)]);
  const [first, second] = [compiled.goodAtMost ?? 0.2, compiled.pageAtMost ?? 2];
  const bound = (seconds: number): string =>
    Number.isInteger(seconds) && at % 3 === 0 ? `${seconds}.0` : String(seconds);
  const series = (outcome: string, suffix: string, le: string | null, values: readonly number[]): InputSeries => ({
    series: `domain_request_duration_seconds_${suffix}{domain="d${at}",operation="op",entry="true",outcome="${outcome}"${le === null ? '' : `,le="${le}"`},job="app",instance="a:1"}`,
    values: cumulative(values, restarts),
  });
  const input = [...Object.entries({ ok, error })].flatMap(([outcome, rows]) => [
    series(
      outcome,
      'count',
      null,
      rows.map(({ all }) => all),
    ),
    series(
      outcome,
      'bucket',
      bound(first),
      rows.map(({ fast }) => fast),
    ),
    series(
      outcome,
      'bucket',
      bound(second),
      rows.map(({ slow }) => slow),
    ),
  ]);
  return { compiled, timeline, input };
}

/** As a page shows it: growing, back to 0 when the process restarts. A scrape can only tell so when the new number is lower. */
function cumulative(values: readonly number[], restarts: ReadonlySet<number>): string {
  let total = 0;
  const shown = values.map((value, minute) => {
    total = restarts.has(minute) && value < total ? value : total + value;
    return String(total);
  });
  return ['0', ...shown].join(' ');
}

/** The alert's own expression, without what Prometheus remembers of the past. */
function conditionsOf(compiled: CompiledObjective): ReadonlyMap<string, string> {
  const [file] = generateRules([compiled], { profile: 'test', publicUrl: 'http://x', dashboardUrl: null });
  const { groups } = parse(file?.text ?? '') as {
    groups: { rules: { alert?: string; expr: string; labels: { window?: string } }[] }[];
  };
  const alerts = groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined));
  return new Map(alerts.map(({ alert, labels, expr }) => [`${alert} ${labels.window ?? ''}`, expr]));
}

function is(expr: string, time: number, value: number): ExpressionTest {
  return { expr, eval_time: `${time}m`, exp_samples: [{ labels: '{}', value }] };
}

/** What Prometheus must say at minute `time`: counts to 0.001 events, ratios to 1e-9, alerts exactly. */
function expectations({ compiled, timeline }: Case, time: number): ExpressionTest[] {
  const at = { watermarkMs: time * minuteMs, lastPointMs: time * minuteMs, intervalMs: minuteMs, timezone: 'UTC' };
  const said = evaluateObjective(compiled, timeline, at);
  const of = (name: string, window: string): string =>
    `seamwatch:${name}{objective="${compiled.id}",window="${window}"}`;
  const near = (expr: string, value: number, tolerance: number): ExpressionTest =>
    is(`count(abs(${expr} - ${value}) <= ${tolerance}) or vector(0)`, time, 1);
  const counts = windows.flatMap((window) => {
    const lengthMs = Number(window.slice(0, -1)) * (window.endsWith('h') ? 60 : 1) * minuteMs;
    const { good, total } = timeline.countsIn(at.watermarkMs - lengthMs, at.watermarkMs);
    const ratio = of('objective_errors:ratio', window);
    return [
      near(of('objective_events:increase', window), total, 0.001),
      near(of('objective_good:increase', window), good, 0.001),
      total === 0 ? is(`count(${ratio}) or vector(0)`, time, 0) : near(ratio, (total - good) / total, 1e-9),
    ];
  });
  const budget = said.windows[0]?.budgetRemaining ?? null;
  const remaining = of('objective_budget_remaining:ratio', '4h');
  const conditions = conditionsOf(compiled);
  const fires = (name: string, firing: boolean | null): ExpressionTest => {
    expect(firing, `${compiled.id} ${name} at ${time} min`).not.toBeNull();
    return is(`count(${conditions.get(name)}) or vector(0)`, time, firing === true ? 1 : 0);
  };
  return [
    ...counts,
    budget === null ? is(`count(${remaining}) or vector(0)`, time, 0) : near(remaining, budget, 1e-6),
    ...said.burnAlerts.map(({ long, short, firing }) => fires(`SeamwatchObjectiveBurn ${long}/${short}`, firing)),
    fires('SeamwatchObjectivePage 5m', said.page?.state === 'firing'),
  ];
}

describe.skipIf(promtool === null)(promtool === null ? missingTool('promtool') : 'two engines', () => {
  const all = Array.from({ length: cases }, (_, at) => makeCase(at));
  const expected = all.flatMap((one) => judgedAt.flatMap((time) => expectations(one, time)));

  it(`agree on ${cases} random objectives at ${judgedAt.length} times, restarts and silence included`, () => {
    const rules = generateRules(
      all.map(({ compiled }) => compiled),
      { profile: 'test', publicUrl: 'http://x', dashboardUrl: null },
    );
    const up = { series: 'up{job="app",instance="a:1"}', values: `1x${minutes}` };
    const test = {
      name: 'two engines',
      interval: '1m',
      input_series: [up, ...all.flatMap(({ input }) => input)],
      promql_expr_test: expected,
    };
    expect(promtoolTest(promtool ?? '', rules, '5m', [test])).toBe('');
  }, 60_000);

  it('were asked about alerts that fire and alerts that do not', () => {
    const alerts = expected.filter(({ expr }) => expr.includes('_low{') || expr.includes('clamp_min'));
    const firing = alerts.filter(({ exp_samples }) => exp_samples[0]?.value === 1).length;
    expect(firing).toBeGreaterThan(20);
    expect(alerts.length - firing).toBeGreaterThan(20);
  });
});

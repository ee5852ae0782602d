/** Recording rules: counts first, for each window; ratios only from counts of the same window. */

import { formatDurationMs, hourMs, minuteMs, secondMs } from '../../src/kernel/duration.ts';
import { ruleLabel, ruleMetric } from '../../src/kernel/rule-names.ts';
import type { CompiledObjective } from '../compiled.ts';
import type { EventSource } from './event-source.ts';
import { growth, number } from './promql.ts';
import type { RecordingRule } from './rule.ts';
import { ruleLabels, seriesOf } from './series-of.ts';

/** Up to this length a window reads the counters themselves; a longer one adds up counts of {@link stepMs}. */
export const directMs = 2 * hourMs;
const stepMs = 5 * minuteMs;

/** z of the one-sided 95 % bound, the one of the control plane's own evaluation. */
const z = 1.6448536269514722;

/** Every window that the objective, its page or its policy looks at, plus the step; ascending, in ms. */
export function windowsOf(compiled: CompiledObjective): readonly number[] {
  const budget = compiled.windows.flatMap((window) => (window.kind === 'rolling' ? [window.lengthMs] : []));
  const burn = (compiled.policy?.pairs ?? []).flatMap((pair) => [pair.longMs, pair.shortMs]);
  const page = compiled.page === null ? [] : [compiled.page.overMs];
  return [...new Set([stepMs, ...budget, ...burn, ...page])].sort((left, right) => left - right);
}

/** Counts and ratio of one window, and what the alerts on it need. */
export function recordingRules(compiled: CompiledObjective, source: EventSource, lengthMs: number): RecordingRule[] {
  const window = formatDurationMs(lengthMs);
  const labels = { ...ruleLabels(compiled), [ruleLabel.window]: window };
  const events = seriesOf(ruleMetric.events, compiled, lengthMs);
  const record = (name: string, expr: string): RecordingRule => ({ record: name, expr, labels });
  const growthOf = (name: string, selector: string): string =>
    lengthMs <= directMs
      ? growth(selector, window)
      : `sum_over_time(${seriesOf(name, compiled, stepMs)}[${insideOf(lengthMs)}:${formatDurationMs(stepMs)}])`;
  // Without a single good event there is no such series, but there are events: then it is 0, not unknown.
  const known = (expr: string): string => `${expr}\nor on () 0 * ${events}`;
  const good = seriesOf(ruleMetric.good, compiled, lengthMs);
  return [
    record(ruleMetric.events, growthOf(ruleMetric.events, source.events)),
    record(ruleMetric.good, known(growthOf(ruleMetric.good, source.good))),
    ...(source.pageGood !== null && (lengthMs === compiled.page?.overMs || lengthMs === stepMs)
      ? [record(ruleMetric.pageGood, known(growthOf(ruleMetric.pageGood, source.pageGood)))]
      : []),
    record(ruleMetric.errorRatio, `clamp_min(${events} - ${good}, 0) / (${events} > 0)`),
    ...(isLongWindow(compiled, lengthMs) ? [record(ruleMetric.errorRatioLow, lowerBound(compiled, lengthMs))] : []),
    ...(isBudgetWindow(compiled, lengthMs) ? [record(ruleMetric.budgetRemaining, remaining(compiled, lengthMs))] : []),
  ];
}

/** 1 ms less, as PromQL spells it: before Prometheus 3 a range holds both of its ends, which would be one step too many. */
function insideOf(lengthMs: number): string {
  const hours = Math.floor((lengthMs - 1) / hourMs);
  const minutes = Math.floor(((lengthMs - 1) % hourMs) / minuteMs);
  const seconds = Math.floor(((lengthMs - 1) % minuteMs) / secondMs);
  return `${hours}h${minutes}m${seconds}s999ms`;
}

function isLongWindow(compiled: CompiledObjective, lengthMs: number): boolean {
  return compiled.policy?.pairs.some((pair) => pair.longMs === lengthMs) ?? false;
}

function isBudgetWindow({ windows: [first] }: CompiledObjective, lengthMs: number): boolean {
  return first.kind === 'rolling' && first.lengthMs === lengthMs;
}

function remaining(compiled: CompiledObjective, lengthMs: number): string {
  return `1 - ${seriesOf(ruleMetric.errorRatio, compiled, lengthMs)} / ${number(compiled.budget)}`;
}

/** Wilson (1927): (p + z²/2n − z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). */
function lowerBound(compiled: CompiledObjective, lengthMs: number): string {
  const p = seriesOf(ruleMetric.errorRatio, compiled, lengthMs);
  const n = seriesOf(ruleMetric.events, compiled, lengthMs);
  const square = z * z;
  return `(
  ${p} + ${number(square / 2)} / ${n}
  - ${number(z)} * sqrt(${p} * (1 - ${p}) / ${n} + ${number(square / 4)} / ${n} ^ 2)
) / (1 + ${number(square)} / ${n})`;
}

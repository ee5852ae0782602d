/** Which objectives a scenario judges, and by which of its events. Pure. */
import type { CompiledObjective } from '../slo/index.ts';
import type { Scenario } from './scenarios.ts';

/** One objective as a load test judges it. */
export interface Goal {
  readonly objective: string;
  readonly kind: 'latency' | 'errors';
  /** Wanted share of good events, 0 < target < 1. */
  readonly target: number;
  /** Good means within this; null for errors. */
  readonly atMostMs: number | null;
  /** What counts as good, such as `≤ 200 ms`. */
  readonly threshold: string;
  /** Events below which nothing is said; see {@link neededEvents}. */
  readonly minimum: number;
  /** Keys of the scenario's events that count; empty when only the domains can count them. */
  readonly events: readonly string[];
  readonly compiled: CompiledObjective;
}

/**
 * Events that must all be good before a share can be called reached with 95 % confidence: ln 0.05 / ln target, so 59 for a p95
 * and 2995 for 99.9 %.
 */
export function neededEvents(target: number): number {
  return Math.ceil(Math.log(0.05) / Math.log(target));
}

/** The objectives that select at least one event of the scenario, in the order given. */
export function goalsOf(scenario: Scenario, objectives: readonly CompiledObjective[]): readonly Goal[] {
  return objectives.flatMap((compiled): readonly Goal[] => {
    const { kind, selector } = compiled;
    if (kind !== 'latency' && kind !== 'errors') return [];
    if (selector === null || selector.source !== 'metrics') return [];
    if (compiled.notApplicable !== null || compiled.unmeasurable !== null) return [];
    const events = scenario.events.filter(
      ({ signal, labels }) => signal === selector.signal && selects(selector.where, labels),
    );
    if (events.length === 0) return [];
    return [
      {
        objective: compiled.id,
        kind,
        target: compiled.target,
        atMostMs: compiled.goodAtMost === null ? null : Number((compiled.goodAtMost * 1_000).toPrecision(12)),
        threshold: compiled.threshold ?? 'no error',
        minimum: neededEvents(compiled.target),
        events: events.flatMap(({ key }) => (key === null ? [] : [key])),
        compiled,
      },
    ];
  });
}

/** True when every wanted label is there with an accepted value. */
export function selects(
  where: Readonly<Record<string, string | readonly string[]>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(where).every(([name, wanted]) => {
    const value = labels[name];
    return value !== undefined && (typeof wanted === 'string' ? value === wanted : wanted.includes(value));
  });
}

/** One objective in full: why it is so, what would clear it, its past, what contributes, its proof and its YAML. */

import { stringify } from 'yaml';
import { countSlice, type Proof, proveObjective } from '../../slo/index.ts';
import type { ObjectiveAnswer, ObjectiveDetail, ObjectivePoint } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { label } from '../kernel/conventions.ts';
import { dayMs, minuteMs } from '../kernel/duration.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import type { BookEntry } from './objective-book.ts';

/** Points of the picture: a quarter of an hour each over a day. */
const point = { ms: 15 * minuteMs, count: 96 } as const;
const pastDays = 30;

export function toObjectiveDetail(
  answer: ObjectiveAnswer,
  entry: BookEntry,
  context: {
    readonly watermarkMs: number;
    readonly whole: readonly SeriesSlice[];
    readonly definition: unknown;
    readonly perMinute: number | null;
  },
): ObjectiveDetail {
  const proof = proveObjective(entry.compiled, ...(context.perMinute === null ? [] : [context.perMinute]));
  return {
    ...answer,
    explanation: explain(answer),
    proof: { issues: [...proof.issues], detection: [...proof.detection] } satisfies Mutable<Proof>,
    series: pointsBack(entry, context.watermarkMs, point.ms, point.count),
    days: pointsBack(entry, context.watermarkMs, dayMs, pastDays),
    operations: operationsOf(entry, context.whole),
    definition: stringify(context.definition),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

/** Oldest first; null counts where the source was not seen. */
export function pointsBack(entry: BookEntry, watermarkMs: number, stepMs: number, count: number): ObjectivePoint[] {
  return Array.from({ length: count }, (_, index) => {
    const fromMs = watermarkMs - (count - index) * stepMs;
    const { good, total, synthetic, coveredMs } = entry.timeline.countsIn(fromMs, fromMs + stepMs);
    const isKnown = coveredMs > 0 || total > 0;
    return {
      at: isoTime(fromMs),
      good: isKnown ? good : null,
      total: isKnown ? total : null,
      synthetic: synthetic.total > 0,
    };
  });
}

function explain(answer: ObjectiveAnswer): string[] {
  const share = `${+(answer.target * 100).toFixed(3)} %`;
  const what = answer.threshold === null ? 'did not fail' : `succeeded within ${answer.threshold.replace(/^≤\s*/, '')}`;
  const lines = [
    `Documented: “${answer.sentence}” (${answer.source}).`,
    `Counted is the share of events that ${what}; at least ${share} must.`,
  ];
  if (answer.total > 0) {
    const bad = answer.total - answer.good;
    lines.push(
      `Over ${answer.window}: ${answer.good.toLocaleString('en')} of ${answer.total.toLocaleString('en')} were good, ${bad.toLocaleString('en')} were not.`,
    );
  }
  if (answer.state === 'breached') lines.push(...whatClears(answer));
  if (answer.state === 'unknown') lines.push(`Unknown is not a pass: ${answer.reason ?? 'there is no data'}.`);
  if (answer.synthetic) lines.push('Part of these events is simulated.');
  return lines;
}

function whatClears(answer: ObjectiveAnswer): string[] {
  return answer.windows
    .filter((window) => window.state === 'breached')
    .map((window) => {
      const bad = window.total - window.good;
      const needed = Math.max(0, Math.ceil(bad / (1 - answer.target) - window.total));
      return `To clear ${window.window}: ${needed.toLocaleString('en')} more good events with none bad, or the bad ones leave the window.`;
    });
}

/** By the label that tells the series apart: operation, else table, channel, phase or domain. Most failures first. */
function operationsOf(entry: BookEntry, slices: readonly SeriesSlice[]): ObjectiveDetail['operations'] {
  const sums = new Map<string, { good: number; total: number }>();
  for (const { series, slice } of slices) {
    const { good, total } = countSlice(entry.compiled, series, slice);
    const name = nameOf(series.labels);
    const sum = sums.get(name) ?? { good: 0, total: 0 };
    sums.set(name, { good: sum.good + good, total: sum.total + total });
  }
  return [...sums.entries()]
    .map(([operation, sum]) => ({ operation, ...sum }))
    .sort((left, right) => right.total - right.good - (left.total - left.good));
}

function nameOf(labels: Readonly<Record<string, string>>): string {
  const named = [label.operation, label.table, 'type', label.phase, label.channel].find(
    (name) => labels[name] !== undefined,
  );
  return named === undefined ? (labels[label.domain] ?? 'all') : `${labels[named]}`;
}

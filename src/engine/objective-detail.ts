/** One objective in full: why it is so, what would clear it, its past, what contributes, its proof and its YAML. */

import { stringify } from 'yaml';
import { countSlice, explainObjective, type ObjectiveEvaluation, type Proof, proveObjective } from '../../slo/index.ts';
import type { ObjectiveAnswer, ObjectiveDetail } from '../contract/index.ts';
import { label } from '../kernel/conventions.ts';
import { minuteMs } from '../kernel/duration.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import type { BookEntry } from './objective-book.ts';
import { pointsOf, stepsBack } from './objective-points.ts';

/** Points of the picture: a quarter of an hour each over a day. */
const point = { ms: 15 * minuteMs, count: 96 } as const;

export function toObjectiveDetail(
  answer: ObjectiveAnswer,
  entry: BookEntry,
  context: {
    readonly watermarkMs: number;
    readonly whole: readonly SeriesSlice[];
    readonly definition: unknown;
    readonly evaluation: ObjectiveEvaluation;
    readonly perMinute: number | null;
  },
): ObjectiveDetail {
  const proof = proveObjective(entry.compiled, ...(context.perMinute === null ? [] : [context.perMinute]));
  return {
    ...answer,
    explanation: [
      `Documented: “${answer.sentence}” (${answer.source}).`,
      ...explainObjective(entry.compiled, context.evaluation),
    ],
    proof: { issues: [...proof.issues], detection: [...proof.detection] } satisfies Mutable<Proof>,
    series: pointsOf(entry, stepsBack(context.watermarkMs, point.ms, point.count)),
    operations: operationsOf(entry, context.whole),
    definition: stringify(context.definition),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

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
  const named = [label.operation, label.table, label.type, label.phase, label.channel].find(
    (name) => labels[name] !== undefined,
  );
  return named === undefined ? (labels[label.domain] ?? 'all') : `${labels[named]}`;
}

/** Timelines filled evenly, judged at a watermark; for tests. Nothing in the product uses them. */
import type { CompiledObjective } from './compiled.ts';
import { evaluateObjective } from './evaluate.ts';
import type { ObjectiveEvaluation } from './evaluation.ts';
import { createTimeline, type EventCounts, type Timeline } from './timeline.ts';

/** Adds the same counts to every slice of `stepMs` in [fromMs, toMs). */
export function fill(timeline: Timeline, fromMs: number, toMs: number, stepMs: number, counts: EventCounts): void {
  for (let at = fromMs; at < toMs; at += stepMs) timeline.add(at, stepMs, counts, false);
}

/** A new timeline, filled. */
export function filled(fromMs: number, toMs: number, stepMs: number, counts: EventCounts): Timeline {
  const timeline = createTimeline();
  fill(timeline, fromMs, toMs, stepMs, counts);
  return timeline;
}

/** Evaluates with an export interval of 10 s, in UTC; the last point came at the watermark unless stated. */
export function judge(
  compiled: CompiledObjective,
  timeline: Timeline,
  watermarkMs: number,
  lastPointMs: number = watermarkMs,
): ObjectiveEvaluation {
  return evaluateObjective(compiled, timeline, { watermarkMs, lastPointMs, intervalMs: 10_000, timezone: 'UTC' });
}

/** How well a stretch of time is known: counts, coverage, freshness. */
import type { CompiledObjective } from './compiled.ts';
import type { EvaluationTime } from './evaluation.ts';
import type { Timeline, TimelineCounts } from './timeline.ts';
import type { WindowRange } from './window-range.ts';
import { spokenDuration, spokenShare } from './wording.ts';

/** Below this share of the time since the first data a window is unknown. */
export const coverageFloor = 0.9;

/** A source is fresh for this many export intervals. */
export const freshIntervals = 3;

/** OpenTelemetry's default export interval (specification, metrics SDK: 60 s), assumed until one was observed. */
const assumedIntervalMs = 60_000;

/** The counts of a range; `problem` says why nothing can be concluded from them, or null. */
export interface KnownCounts {
  readonly counts: TimelineCounts;
  readonly problem: string | null;
  /** Share of the whole range that is covered, 0..1. */
  readonly covered: number;
}

/** Why nothing at all can be said now, or null: not measurable, never seen, or stale. */
export function sourceProblem(compiled: CompiledObjective, at: EvaluationTime): string | null {
  if (compiled.unmeasurable !== null) return compiled.unmeasurable;
  const signal = compiled.selector?.signal ?? 'the signal';
  if (at.lastPointMs === null) {
    const isProbe = compiled.selector?.source === 'probe';
    return `no data yet: ${isProbe ? `no probe has reported (${signal})` : `${signal} was never received`}`;
  }
  const ageMs = at.watermarkMs - at.lastPointMs;
  const limitMs = freshIntervals * (at.intervalMs ?? assumedIntervalMs);
  if (ageMs <= limitMs) return at.silence == null ? null : `a part is not known: ${at.silence}`;
  return `stale: the last ${signal} came ${spokenDuration(Math.round(ageMs / 1_000) * 1_000)} ago, expected within ${spokenDuration(limitMs)}`;
}

/**
 * Counts with what is wrong with them. Coverage is judged from the first data to the last point: what has not been
 * there yet, or can not have arrived yet, is no hole.
 */
export function countsOf(timeline: Timeline, range: WindowRange, at: EvaluationTime): KnownCounts {
  const counts = timeline.countsIn(range.fromMs, range.toMs);
  const covered = Math.min(1, Math.max(0, counts.coveredMs / range.lengthMs));
  const begin = Math.max(range.fromMs, counts.firstDataMs ?? Number.POSITIVE_INFINITY);
  const end = Math.min(range.toMs, at.lastPointMs ?? range.toMs);
  if (counts.coveredMs === 0) return { counts, covered, problem: 'no data in the window' };
  const share = end <= begin ? 1 : Math.min(1, counts.coveredMs / (end - begin));
  if (share >= coverageFloor - 1e-12) return { counts, covered, problem: null };
  return {
    counts,
    covered,
    problem: `only ${spokenShare(share)} of the time is covered by data, ${spokenShare(coverageFloor)} is needed`,
  };
}

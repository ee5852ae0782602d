/** The documented alert: a second threshold on a short window. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import type { CompiledObjective } from './compiled.ts';
import type { PageDefinition } from './definition.ts';
import type { EvaluationTime, PageEvaluation } from './evaluation.ts';
import { countsOf } from './knowledge.ts';
import type { Timeline, TimelineCounts } from './timeline.ts';
import { counted, pageThreshold, spokenShare } from './wording.ts';

/** Null when the objective has no documented alert. `problem`: why the source says nothing now, or null. */
export function evaluatePage(
  compiled: CompiledObjective,
  timeline: Timeline,
  at: EvaluationTime,
  problem: string | null,
): PageEvaluation | null {
  const { page } = compiled;
  if (page === null) return null;
  const range = { fromMs: at.watermarkMs - page.overMs, toMs: at.watermarkMs, lengthMs: page.overMs };
  const { counts, problem: hole } = countsOf(timeline, range, at);
  const window = formatDurationMs(page.overMs);
  const reason = problem ?? compiled.pageUnmeasurable ?? hole ?? tooFew(page, counts, window);
  const judged = reason === null ? judge(compiled, page, counts) : ({ state: 'unknown', reason } as const);
  return {
    ...judged,
    window,
    threshold: pageThreshold(page, compiled.target),
    good: counts.pageGood,
    total: counts.total,
  };
}

function tooFew(page: PageDefinition, counts: TimelineCounts, window: string): string | null {
  if (counts.total >= page.minEvents) return null;
  return `${counted(counts.total, 'event')} in the last ${window}, at least ${page.minEvents} are needed`;
}

function judge(
  compiled: CompiledObjective,
  page: PageDefinition,
  counts: TimelineCounts,
): { readonly state: 'ok' | 'firing'; readonly reason: string | null } {
  const bad = counts.total - counts.pageGood;
  if (bad / counts.total <= limitOf(compiled, page) + 1e-12) return { state: 'ok', reason: null };
  if (bad < page.minFailures) {
    return { state: 'ok', reason: `${counted(bad, 'failure')}, at least ${page.minFailures} are needed` };
  }
  return { state: 'firing', reason: `${spokenShare(bad / counts.total)} of ${counted(counts.total, 'event')} are bad` };
}

/** Share of bad events above which the page fires. */
function limitOf(compiled: CompiledObjective, page: PageDefinition): number {
  switch (page.kind) {
    case 'latency':
      return compiled.budget;
    case 'errors':
      return page.above;
    case 'down':
      return 1 - 1e-9;
    default:
      return page satisfies never;
  }
}

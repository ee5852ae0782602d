/** Judges one window: met, breached, or unknown with the reason. */
import { wilsonInterval } from '../src/kernel/statistics.ts';
import { budgetRemaining } from './budget.ts';
import type { CompiledObjective } from './compiled.ts';
import type { WindowDefinition } from './definition.ts';
import type { EvaluationTime, WindowEvaluation } from './evaluation.ts';
import { countsOf } from './knowledge.ts';
import type { Timeline, TimelineCounts } from './timeline.ts';
import { rangeOf } from './window-range.ts';
import { counted, shownCount, spokenShare, spokenWindow, windowName } from './wording.ts';

interface Judgement {
  readonly state: WindowEvaluation['state'];
  readonly reason: string | null;
}

/** `problem`: why the source says nothing now, or null. */
export function evaluateWindow(
  compiled: CompiledObjective,
  window: WindowDefinition,
  timeline: Timeline,
  at: EvaluationTime,
  problem: string | null,
): WindowEvaluation {
  const { counts, covered, problem: hole } = countsOf(timeline, rangeOf(window, at.watermarkMs, at.timezone), at);
  const remaining = budgetRemaining(counts.good, counts.total, compiled.budget);
  const reason = problem ?? hole ?? tooFew(window, counts);
  const judged: Judgement =
    reason === null ? judge(compiled, window, counts, remaining, at) : { state: 'unknown', reason };
  return {
    window: windowName(window),
    ...judged,
    good: counts.good,
    total: counts.total,
    budgetRemaining: remaining,
    windowCovered: covered,
    synthetic: counts.synthetic,
  };
}

function tooFew(window: WindowDefinition, counts: TimelineCounts): string | null {
  if (counts.total <= 0) return `no events in ${spokenWindow(window)}`;
  if (counts.total >= window.minEvents) return null;
  return `${counted(counts.total, 'event')} in ${spokenWindow(window)}, at least ${window.minEvents} are needed`;
}

function judge(
  compiled: CompiledObjective,
  window: WindowDefinition,
  counts: TimelineCounts,
  remaining: number | null,
  at: EvaluationTime,
): Judgement {
  const straddling = straddle(compiled, counts, at);
  if (straddling !== null) return { state: 'unknown', reason: straddling };
  if (remaining === null || remaining >= 0) return { state: 'met', reason: null };
  const bad = counts.total - counts.good;
  if (bad < window.minFailures) {
    return {
      state: 'unknown',
      reason: `${counted(bad, 'failure')} in ${spokenWindow(window)}, at least ${window.minFailures} are needed to conclude`,
    };
  }
  const allowed = Math.floor(compiled.budget * counts.total + 1e-9);
  return {
    state: 'breached',
    reason: `${spokenWindow(window)}: ${shownCount(bad)} of ${counted(counts.total, 'event')} bad, the target ${spokenShare(compiled.target)} allows ${shownCount(allowed)}`,
  };
}

/** Sampled events only estimate the share: when its 95 % interval holds the target, nothing is concluded. */
function straddle(compiled: CompiledObjective, counts: TimelineCounts, at: EvaluationTime): string | null {
  if (compiled.selector?.source !== 'spans' || at.sampledShare === 1) return null;
  const looked = counts.total * (at.sampledShare ?? 1);
  const { low, high } = wilsonInterval(looked * (counts.good / counts.total), looked);
  if (compiled.target <= low || compiled.target > high) return null;
  return `${counted(Math.round(looked), 'sampled event')} leave the share between ${spokenShare(low)} and ${spokenShare(high)}, on both sides of the target ${spokenShare(compiled.target)}`;
}

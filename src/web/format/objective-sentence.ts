/** Sentences about one objective: how it stands, and what would clear it. */
import type { ObjectiveAnswer } from '../../contract/index.ts';
import { countText, durationText, percentText, shareOf, shareText, targetText } from './number.ts';
import { windowText } from './time.ts';

type Standing = Pick<
  ObjectiveAnswer,
  'state' | 'reason' | 'good' | 'total' | 'target' | 'threshold' | 'window' | 'budgetRemaining' | 'kind'
>;

/** "Breached: 92.1 % of 1.2 M requests were within 200 ms over 30 days; 95 % is asked, the budget is overspent by 58 %." */
export function standingSentence(objective: Standing): string {
  const { state, reason } = objective;
  if (state === 'unknown') return `Unknown: ${reason ?? 'no reason was given'}.`;
  if (state === 'notApplicable') return `Not applicable: ${reason ?? 'there is nothing to measure by design'}.`;
  const share = shareText(shareOf(objective.good, objective.total), objective.target);
  const what = objective.threshold === null ? 'were good' : `were ${objective.threshold}`;
  const head = state === 'met' ? 'Met' : 'Breached';
  const window = windowText(objective.window);
  return `${head}: ${share} of ${countText(objective.total)} events ${what} over ${window}; ${targetText(objective.target)} is asked, ${budgetWords(objective.budgetRemaining)}.`;
}

/** "38.4 % of the budget is left", "the budget is overspent by 58 %", "the budget is exactly spent". */
export function budgetWords(budgetRemaining: number | null): string {
  if (budgetRemaining === null) return 'there is no budget without events';
  if (budgetRemaining === 0) return 'the budget is exactly spent';
  if (budgetRemaining > 0) return `${percentText(budgetRemaining)} of the budget is left`;
  return `the budget is overspent by ${percentText(-budgetRemaining)}`;
}

/** Good events without a failure that would lift the share to the target; 0 when it is there, null when none can (target 1). */
export function eventsToClear(good: number, total: number, target: number): number | null {
  if (total === 0 || good >= target * total) return 0;
  return target >= 1 ? null : Math.ceil((target * total - good) / (1 - target) - 1e-9);
}

/** What would clear it, with the time that takes at the present rate (events per minute; null or 0 = not stated). */
export function clearsSentence(objective: Standing, perMinute: number | null): string | null {
  if (objective.state !== 'breached') return null;
  const needed = eventsToClear(objective.good, objective.total, objective.target);
  if (needed === null) return 'Only the passing of the window clears it: the target allows no failure.';
  if (needed === 0) return 'The share of the whole window is at the target; a shorter window keeps it breached.';
  const time =
    perMinute === null || perMinute <= 0
      ? ''
      : `, ${durationText((needed / perMinute) * 60_000)} at the present ${countText(perMinute)} a minute`;
  return `${countText(needed)} further events without a failure clear it${time}, or the bad ones leave the window of ${windowText(objective.window)}.`;
}

/** The bound inside a documented threshold in ms: "≤ 200 ms" → 200, "≤ 2 s" → 2000; null when there is none. */
export function thresholdMs(threshold: string | null): number | null {
  const match = /([\d.]+)\s*(ms|s|min)\b/.exec(threshold ?? '');
  if (!match) return null;
  const factor: Record<string, number> = { ms: 1, s: 1000, min: 60_000 };
  return Number(match[1]) * (factor[match[2] ?? 'ms'] ?? 1);
}

/** Words about rehearsals: rates, intervals in which an objective breaks, shares of a step. */
import type { RehearsalAnswer, StepMeasure } from '../../contract/index.ts';
import { countText, durationText, percentText, shareOf, shareText, significant, targetText } from './number.ts';

type Break = RehearsalAnswer['breaking'][number];

/** "42 /s"; unknown is a dash. */
export function rateText(perSecond: number | null): string {
  return perSecond === null ? '–' : `${significant(perSecond)} /s`;
}

/** "between 40 /s, which held, and 60 /s"; when the first step already broke, only the upper end is known. */
export function intervalWords(found: Pick<Break, 'lastGoodPerSecond' | 'firstBadPerSecond'>): string {
  if (found.lastGoodPerSecond === null)
    return `at or below ${rateText(found.firstBadPerSecond)}, already in the first step`;
  return `between ${rateText(found.lastGoodPerSecond)} and ${rateText(found.firstBadPerSecond)}`;
}

/** Where the interval lies against today's peak: "1.6× to 2.4× of today's peak"; null without a known peak. */
export function headroomWords(
  found: Pick<Break, 'lastGoodPerSecond' | 'firstBadPerSecond'>,
  peak: number | null,
): string | null {
  if (peak === null || peak <= 0) return null;
  const high = significant(found.firstBadPerSecond / peak);
  if (found.lastGoodPerSecond === null) return `at or below ${high}× of today's peak`;
  return `${significant(found.lastGoodPerSecond / peak)}× to ${high}× of today's peak`;
}

/** Who saw it, in words. */
export function sideWords(side: Break['side']): string {
  return side === 'client' ? 'as the client saw it' : 'as the domains counted it';
}

/** "94.2 % of 1 200 ≤ 200 ms, p95 231 ms" or the reason why nothing can be said. */
export function measureWords(measure: StepMeasure): string {
  if (measure.state === 'unknown' || measure.total === 0) return measure.reason ?? 'nothing was measured';
  const share = shareText(shareOf(measure.good, measure.total), measure.target);
  const p95 = measure.p95Ms === null ? '' : `, p95 ${durationText(measure.p95Ms)}`;
  return `${share} of ${countText(measure.total)} ${measure.threshold}${p95}; ${targetText(measure.target)} is asked`;
}

/** Achieved against offered: "98.2 % of what was offered". */
export function achievedWords(offered: number, achieved: number | null): string {
  if (achieved === null) return 'what was achieved is not known';
  return offered <= 0 ? 'nothing was offered' : `${percentText(achieved / offered)} of what was offered`;
}

/** The staircase in words: "8 steps from 10 /s to 120 /s: 5 held, 2 broke, 1 unknown". */
export function staircaseWords(steps: RehearsalAnswer['steps']): string {
  const first = steps[0];
  if (!first) return 'no step has ended';
  const rates = steps.map((one) => one.offeredPerSecond);
  const count = (verdict: string) => steps.filter((one) => one.verdict === verdict).length;
  const parts = (['held', 'broke', 'unknown'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  const range =
    steps.length === 1
      ? `1 step at ${rateText(rates[0] ?? 0)}`
      : `${steps.length} steps from ${rateText(Math.min(...rates))} to ${rateText(Math.max(...rates))}`;
  return `${range}: ${parts.join(', ')}`;
}

/** The newest complete rehearsal speaks; without one, the newest. */
export function listSentence(list: readonly RehearsalAnswer[]): string {
  const newest = list.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  const complete = newest.find((one) => one.state === 'complete');
  const running = newest.some((one) => one.state === 'running') ? ' Another rehearsal runs now.' : '';
  return complete ? `${complete.sentence}${running}` : (newest[0]?.sentence ?? 'Nothing has been rehearsed.');
}

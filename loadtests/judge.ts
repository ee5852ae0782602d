/** Whether a count of good events keeps an objective: yes, no, or not to be told. Pure. */
import type { RehearsalStep } from '../src/contract/index.ts';
import { wilsonInterval } from '../src/kernel/statistics.ts';
import type { Goal } from './goals.ts';

/** `missing` of the total are events that were expected and never seen. */
export interface Counted {
  readonly good: number;
  readonly total: number;
  readonly missing: number;
}

export type Judgement = Pick<RehearsalStep['client'][number], 'state' | 'reason'>;

/** Failures below which an error ratio near 0.1 % says nothing (profile: minFailures 3). */
const fewestFailures = 3;

/**
 * Met or breached only when the one-sided 95 % bound of the share (Wilson) is on that side of the target; unknown in between, and
 * with fewer events than could show it. A breach by errors also needs 3 of them.
 */
export function judge(goal: Goal, { good, total, missing }: Counted): Judgement {
  const bad = total - good;
  const never = missing > 0 ? `; ${count(missing)} were never seen` : '';
  const seen = `${count(good)} of ${count(total)} were good${never}`;
  if (total === 0) return { state: 'unknown', reason: 'no events' };
  const { low, high } = wilsonInterval(good, total, 0.9);
  const isEnough = goal.kind === 'errors' ? bad >= fewestFailures : total >= Math.min(goal.minimum, 59);
  if (high < goal.target && isEnough) {
    return { state: 'breached', reason: `${seen}, ${share(good / total)} where ${share(goal.target)} is wanted` };
  }
  if (total < goal.minimum) {
    return {
      state: 'unknown',
      reason: `${seen}; ${count(goal.minimum)} events are needed to show ${share(goal.target)}`,
    };
  }
  if (low >= goal.target) return { state: 'met', reason: null };
  return { state: 'unknown', reason: `${seen}, too close to ${share(goal.target)} to tell with so few` };
}

function share(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(4))} %`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

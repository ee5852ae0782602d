/** When each alert fires and resets at a constant failure ratio after a clean past. */
import { dayMs } from '../src/kernel/duration.ts';
import type { CompiledObjective, Detection } from './compiled.ts';
import { pageThreshold, pairName } from './wording.ts';

/** Total failure, half of it, a tenth. */
const failureRatios = [1, 0.5, 0.1] as const;

/** A calendar month as a length, for shares of its budget. */
const monthMs = 30 * dayMs;

interface Alert {
  readonly name: string;
  readonly longMs: number;
  readonly shortMs: number;
  /** Share of bad events above which it fires. */
  readonly limit: number;
}

/**
 * SRE workbook, chapter 5: detection = long × factor × budget ÷ failures, reset = short × (1 − factor × budget ÷ failures);
 * both without export interval and tick. `budgetSpent` is the share of the first window's budget gone at detection.
 */
export function detectionsOf(compiled: CompiledObjective): readonly Detection[] {
  return alertsOf(compiled).flatMap((alert) => failureRatios.map((ratio) => detect(compiled, alert, ratio)));
}

function alertsOf(compiled: CompiledObjective): readonly Alert[] {
  const { page, policy } = compiled;
  const pairs = (policy?.pairs ?? []).map((pair) => ({
    name: pairName(pair),
    longMs: pair.longMs,
    shortMs: pair.shortMs,
    limit: pair.factor * compiled.budget,
  }));
  if (page === null) return pairs;
  const limit = page.kind === 'errors' ? page.above : page.kind === 'down' ? 1 : compiled.budget;
  const name = `page ${pageThreshold(page, compiled.target)}`;
  return [...pairs, { name, longMs: page.overMs, shortMs: page.overMs, limit }];
}

function detect(compiled: CompiledObjective, alert: Alert, failureRatio: number): Detection {
  const share = alert.limit / failureRatio;
  const reaches = share < 1 - 1e-9 || (compiled.page?.kind === 'down' && failureRatio === 1 && alert.limit === 1);
  if (!reaches) {
    return { pair: alert.name, failureRatio, detectMs: null, resetMs: null, budgetSpent: null };
  }
  const [first] = compiled.windows;
  const budgetMs = (first.kind === 'calendar' ? monthMs : first.lengthMs) * compiled.budget;
  const detectMs = alert.longMs * share;
  return {
    pair: alert.name,
    failureRatio,
    detectMs,
    resetMs: alert.shortMs * (1 - share),
    budgetSpent: (failureRatio * detectMs) / budgetMs,
  };
}

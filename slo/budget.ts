/** Error budget arithmetic on counts. */

/** Differences below this share of the budget are float noise. */
const noise = 1e-9;

/**
 * 1 = untouched, 0 = spent, negative = overspent (never clamped); null without events. `budget` is 1 − target, > 0.
 * The SRE workbook, chapter 5: consumed = error ratio / budget.
 */
export function budgetRemaining(good: number, total: number, budget: number): number | null {
  const rate = burnRate(good, total, budget);
  if (rate === null) return null;
  const remaining = 1 - rate;
  return Math.abs(remaining) < noise ? 0 : remaining;
}

/** Error ratio over budget: 1 spends exactly the budget over the window; null without events. */
export function burnRate(good: number, total: number, budget: number): number | null {
  return total <= 0 ? null : (total - good) / total / budget;
}

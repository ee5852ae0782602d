/** Signed budgets, and the noise of weighted counts. */
import { describe, expect, it } from 'vitest';
import { budgetRemaining, burnRate } from './budget.ts';

describe('budgetRemaining', () => {
  it('is 1 untouched, 0 spent, negative overspent, null without events', () => {
    expect(budgetRemaining(1000, 1000, 0.001)).toBe(1);
    expect(budgetRemaining(999, 1000, 0.001)).toBe(0);
    expect(budgetRemaining(997, 1000, 0.001)).toBeCloseTo(-2, 9);
    expect(budgetRemaining(0, 0, 0.001)).toBeNull();
  });

  it('takes float noise of weighted counts for exactly spent: 0.99 of 1.1 at 90 %', () => {
    expect(budgetRemaining(0.99, 1.1, 0.1)).toBe(0);
  });
});

describe('burnRate', () => {
  it('is 10 for 1 % of errors at 99.9 %, as the documented alert', () => {
    expect(burnRate(99, 100, 0.001)).toBeCloseTo(10, 9);
  });
});

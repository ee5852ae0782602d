/** The facts of the demo's imaginary organisation, dated relative to the start and marked as simulated. */
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';

/** As the `facts` section of a configuration. Some facts that rules ask for are left out on purpose: the report must list them. */
export function demoFacts(nowMs: number): Record<string, unknown> {
  const day = (offset: number): string => isoTime(nowMs + offset * dayMs).slice(0, 10);
  const fact = (value: number | boolean) => ({
    value,
    source: 'demo (simulated)',
    owner: 'demo',
    asOf: day(-7),
    expiresAt: day(60),
    synthetic: true,
  });
  return { engineers: fact(14), users: fact(420_000), improvementsDone: fact(true) };
}

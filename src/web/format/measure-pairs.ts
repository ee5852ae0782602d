/** What both sides measured, objective by objective. */
import type { RehearsalStep, StepMeasure } from '../../contract/index.ts';

/** One objective of a step from both sides; either may be missing. */
export interface MeasurePair {
  readonly objective: string;
  readonly client: StepMeasure | null;
  readonly domains: StepMeasure | null;
}

/** In the order of the domains' list, then what only the client measured. */
export function pairMeasures(step: Pick<RehearsalStep, 'client' | 'domains'>): readonly MeasurePair[] {
  const names = new Set([...step.domains, ...step.client].map((one) => one.objective));
  return [...names].map((objective) => ({
    objective,
    client: step.client.find((one) => one.objective === objective) ?? null,
    domains: step.domains.find((one) => one.objective === objective) ?? null,
  }));
}

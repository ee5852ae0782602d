/** The report: every domain of the catalogue gets a verdict with its reasons. */
import type { ReadinessReport } from '../contract/index.ts';
import { AppError } from '../kernel/errors.ts';
import type { ReadinessInput } from './readiness-input.ts';

/** Pure: the same input gives the same report. */
export function assessReadiness(input: ReadinessInput): ReadinessReport {
  throw new AppError('INTERNAL', `readiness of ${input.domains.length} domains can not be assessed yet`);
}

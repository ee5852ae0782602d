/** Whether buckets can answer a threshold exactly, and what they allow when they cannot. */
import type { ObjectiveDefinition } from './definition.ts';
import { spokenDuration } from './wording.ts';

/** Null when `bound` (s) is one of `bounds`; else why not, with the interval in which the answer lies. */
export function measureProblem(
  definition: ObjectiveDefinition,
  bound: number,
  bounds: readonly number[],
): string | null {
  if (bounds.includes(bound)) return null;
  const { indicator } = definition;
  const signal = indicator.kind === 'composite' ? definition.id : indicator.signal;
  const wanted = spokenDuration(Number((bound * 1_000).toPrecision(12)));
  const below = bounds.findLast((candidate) => candidate < bound);
  const above = bounds.find((candidate) => candidate > bound);
  const least = below === undefined ? 'nothing' : `the share within ${spokenSeconds(below)}`;
  const most = above === undefined ? 'everything' : `the share within ${spokenSeconds(above)}`;
  return `threshold not measurable: ${wanted} is no bucket bound of ${signal}; the share within it lies between ${least} and ${most}`;
}

function spokenSeconds(seconds: number): string {
  return spokenDuration(Number((seconds * 1_000).toPrecision(12)));
}

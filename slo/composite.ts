/** Judges a composite objective from its parts. */
import { AppError } from '../src/kernel/errors.ts';
import type { CompiledObjective } from './compiled.ts';
import { notApplicableEvaluation } from './evaluate.ts';
import type { ObjectiveEvaluation, ObjectiveState, WindowEvaluation } from './evaluation.ts';

/**
 * The worst of the parts: breached, then unknown, then met; parts that do not apply are left out. Windows, burn and page are
 * those of the part that decides (the least budget among equals): counts of different events are never added.
 * @throws CONFIG_INVALID when a part is missing
 */
export function evaluateComposite(
  compiled: CompiledObjective,
  evaluations: readonly ObjectiveEvaluation[],
): ObjectiveEvaluation {
  const parts = compiled.parts.flatMap((id) => {
    const found = evaluations.filter((part) => part.id === id || part.id.startsWith(`${id}:`));
    if (found.length > 0) return found;
    throw new AppError(
      'CONFIG_INVALID',
      `objective "${compiled.id}": indicator.of "${id}" is not an objective; remove it`,
    );
  });
  const applicable = parts.filter(({ state }) => state !== 'notApplicable');
  const worst = [...applicable].sort(
    (left, right) => badness(right) - badness(left) || budgetOf(left) - budgetOf(right),
  )[0];
  if (worst === undefined) return notApplicableEvaluation(compiled, 'none of its parts applies');
  return { ...worst, id: compiled.id, reason: worst.reason === null ? null : `${worst.id}: ${worst.reason}` };
}

function badness({ state }: { readonly state: ObjectiveState }): number {
  return { notApplicable: 0, met: 1, unknown: 2, breached: 3 }[state];
}

function budgetOf({ windows }: { readonly windows: readonly WindowEvaluation[] }): number {
  return windows[0]?.budgetRemaining ?? Number.POSITIVE_INFINITY;
}

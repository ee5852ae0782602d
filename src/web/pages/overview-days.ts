/** The daily states of an objective: from the list where it carries them, else from the objective's own answer, now and then. */
import type { ObjectiveAnswer, ObjectiveDetail, ObjectivePoint } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { pathTo } from '../router.ts';

/** Null until they are read. */
export function useDays(
  objective: ObjectiveAnswer & { readonly days?: readonly ObjectivePoint[] },
): readonly ObjectivePoint[] | null {
  const carried = objective.days;
  const skip = carried !== undefined || objective.state === 'notApplicable';
  const detail = useAnswer<ObjectiveDetail>(skip ? null : pathTo.objective(objective.id), 60_000);
  return carried ?? detail.data?.days.slice(-30) ?? null;
}

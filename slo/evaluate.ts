/** Judges an objective at a watermark: windows, budgets, burn, page, state. Pure. */
import { evaluateBurn } from './burn.ts';
import type { CompiledObjective } from './compiled.ts';
import type { EvaluationTime, ObjectiveEvaluation, WindowEvaluation } from './evaluation.ts';
import { sourceProblem } from './knowledge.ts';
import { evaluatePage } from './page.ts';
import type { Timeline } from './timeline.ts';
import { evaluateWindow } from './window-state.ts';
import { windowName } from './wording.ts';

/**
 * Breached when any judged window is; else unknown when the first window is; else met. A later window with too few events
 * is not judged and changes nothing. A composite is judged by `evaluateComposite`.
 * @throws CONFIG_INVALID for an unknown time zone of a calendar window
 */
export function evaluateObjective(
  compiled: CompiledObjective,
  timeline: Timeline,
  at: EvaluationTime,
): ObjectiveEvaluation {
  if (compiled.notApplicable !== null) return notApplicableEvaluation(compiled, compiled.notApplicable);
  const problem = sourceProblem(compiled, at);
  const windows = compiled.windows.map((window) => evaluateWindow(compiled, window, timeline, at, problem));
  return {
    id: compiled.id,
    ...stateOf(windows),
    windows,
    ...evaluateBurn(compiled, timeline, at, problem),
    page: evaluatePage(compiled, timeline, at, problem),
    synthetic: windows.some(({ synthetic }) => synthetic.total > 0),
  };
}

/** The state of the whole from its windows (the first is the budget window), with the reasons of those that decided. */
export function stateOf(windows: readonly WindowEvaluation[]): Pick<ObjectiveEvaluation, 'state' | 'reason'> {
  const breached = windows.filter(({ state }) => state === 'breached');
  if (breached.length > 0) return { state: 'breached', reason: breached.map(({ reason }) => reason).join('; ') };
  const [first] = windows;
  if (first === undefined || first.state !== 'met') {
    return { state: 'unknown', reason: first?.reason ?? 'the objective has no window' };
  }
  return { state: 'met', reason: null };
}

/** What is said where there is nothing to measure. */
export function notApplicableEvaluation(compiled: CompiledObjective, reason: string): ObjectiveEvaluation {
  const windows = compiled.windows.map(
    (window): WindowEvaluation => ({
      window: windowName(window),
      state: 'notApplicable',
      reason,
      good: 0,
      total: 0,
      budgetRemaining: null,
      windowCovered: 0,
      synthetic: { good: 0, total: 0 },
    }),
  );
  return {
    id: compiled.id,
    state: 'notApplicable',
    reason,
    windows,
    burn: [],
    burnAlerts: [],
    page: null,
    synthetic: false,
  };
}

/** Plain sentences about an objective: what is counted, what is good, how it stands, what would clear it. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import type { CompiledObjective } from './compiled.ts';
import type { ObjectiveEvaluation, WindowEvaluation } from './evaluation.ts';
import { counted, pageThreshold, shownCount, spokenDuration, spokenShare, spokenWindow } from './wording.ts';

/** For people, in reading order; the numbers are those of `evaluation`. */
export function explainObjective(compiled: CompiledObjective, evaluation: ObjectiveEvaluation): readonly string[] {
  if (evaluation.state === 'notApplicable') return [`Does not apply: ${evaluation.reason ?? 'nothing to measure'}.`];
  return [
    ...countingSentences(compiled),
    ...alertSentences(compiled),
    ...evaluation.windows.flatMap((window) => standingSentences(compiled, window)),
    ...firingSentences(evaluation),
  ];
}

function countingSentences(compiled: CompiledObjective): readonly string[] {
  const { selector } = compiled;
  if (selector === null) return [`The worst of ${compiled.parts.join(', ')}.`];
  const conditions = Object.entries(selector.where).map(
    ([name, wanted]) => `${name} = ${typeof wanted === 'string' ? wanted : wanted.join(' or ')}`,
  );
  const where = conditions.length === 0 ? '' : ` with ${conditions.join(', ')}`;
  const windows = compiled.windows.map(spokenWindow).join(', and over ');
  return [
    `Counts ${selector.signal}${where}, from ${selector.source}.`,
    `Good is ${goodness(compiled)}; at least ${spokenShare(compiled.target)} are wanted over ${windows}.`,
  ];
}

function goodness(compiled: CompiledObjective): string {
  switch (compiled.kind) {
    case 'latency':
      return `what succeeds within ${spokenDuration(Number(((compiled.goodAtMost ?? 0) * 1_000).toPrecision(12)))} (an error is never good)`;
    case 'errors':
      return 'what does not end in an error (a rejection is no error)';
    case 'availability':
      return 'a confirmed probe that succeeds';
    case 'level':
      return `a highest value of at most ${compiled.goodAtMost}, in every 10 s`;
    case 'composite':
      return 'what its parts call good';
    default:
      return compiled.kind satisfies never;
  }
}

function alertSentences(compiled: CompiledObjective): readonly string[] {
  const { page, policy } = compiled;
  const pageText =
    page === null
      ? []
      : [
          `Pages on ${pageThreshold(page, compiled.target)} over ${formatDurationMs(page.overMs)}, from ${counted(page.minEvents, 'event')}.`,
        ];
  return policy === null ? pageText : [...pageText, `Burns by policy ${policy.id} (${policy.source}).`];
}

function standingSentences(compiled: CompiledObjective, window: WindowEvaluation): readonly string[] {
  if (window.state === 'unknown') return [`${window.window}: unknown, ${window.reason ?? 'for no stated reason'}.`];
  const bad = window.total - window.good;
  const left = `${window.window}: ${shownCount(bad)} of ${counted(window.total, 'event')} bad, ${spokenShare(window.budgetRemaining ?? 0)} of the error budget left`;
  const simulated = window.synthetic.total > 0 ? ` (${counted(window.synthetic.total, 'event')} simulated)` : '';
  if (window.state !== 'breached') return [`${left}${simulated}.`];
  const needed = Math.ceil(bad / compiled.budget - window.total - 1e-6);
  return [
    `${left}${simulated}.`,
    `${window.window}: clears when bad events leave the window, or after ${counted(needed, 'more good event')}.`,
  ];
}

function firingSentences(evaluation: ObjectiveEvaluation): readonly string[] {
  const burning = evaluation.burnAlerts.filter(({ firing }) => firing === true);
  const page = evaluation.page?.state === 'firing' ? [`The page fires: ${evaluation.page.reason}.`] : [];
  return [
    ...page,
    ...burning.map(({ severity, long, short, factor, longRate, shortRate }) => {
      const gating = Math.min(longRate ?? 0, shortRate ?? 0);
      return `A ${severity} fires: ${Number(gating.toPrecision(3))}× the budget over ${long} and ${short}, above ${factor}×.`;
    }),
  ];
}

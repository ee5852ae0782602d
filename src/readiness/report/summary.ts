/** What every format shows, as plain texts: header, decision table, service levels, exit. */
import type { ReadinessReport, TriggerAnswer, Verdict } from '../../contract/index.ts';
import { formatQuantity } from '../wording.ts';

/** `2026-11-06 to 2026-11-20 (14 days)`. */
export function windowText({ meta }: ReadinessReport): string {
  return `${meta.window.from.slice(0, 10)} to ${meta.window.to.slice(0, 10)} (${meta.window.days} days)`;
}

/** How much of the traffic is known, and whether numbers are simulated. */
export function provenanceText({ meta, unknowns }: ReadinessReport): string {
  const { ratio, unmapped } = meta.coverage;
  const coverage =
    ratio === null
      ? 'no entry request was counted'
      : `${(ratio * 100).toFixed(1)} % of the entry requests belong to a known domain (${unmapped} do not)`;
  const open = `${unknowns.length} unknown${unknowns.length === 1 ? '' : 's'}`;
  const simulated = meta.synthetic ? '; part of the data is simulated and marked so' : '';
  return `${coverage}; ${open}${simulated}`;
}

/** The trigger of a domain in a cell. */
export function triggerCell(report: ReadinessReport, domain: string): string {
  const own = report.triggers.filter((trigger) => trigger.domain === domain);
  return own.length === 0 ? 'none documented' : own.map(shortTrigger).join('; ');
}

/** Keep rules that hold, then, with a question mark, the unknown ones that the verdict hangs on. */
export function rulesCell(report: ReadinessReport, verdict: Verdict): string {
  const own = report.keepRules.filter((rule) => rule.domain === verdict.domain && rule.strength !== 'prose');
  const holding = own.filter(({ value }) => value === true).map(({ id }) => id);
  const open = own.filter(({ id, value }) => value === null && verdict.ruleIds.includes(id)).map(({ id }) => `${id}?`);
  const all = [...holding, ...open];
  return all.length === 0 ? 'none' : all.join(' ');
}

/** `3..4 of 6`, or that the profile has no such rule. */
export function criteriaCell(report: ReadinessReport, verdict: Verdict): string {
  if (!verdict.threePlus.applicable) return 'n/a';
  const total = report.criteria.filter(({ domain }) => domain === verdict.domain).length;
  return `${verdict.threePlus.min}..${verdict.threePlus.max} of ${total}`;
}

/** `18 met, 1 breached, 2 unknown`; states without an objective are left out. */
export function serviceLevelCounts(report: ReadinessReport): string {
  const states = ['met', 'breached', 'unknown', 'notApplicable'] as const;
  const counts = states.map((state) => ({ state, count: report.slos.filter((slo) => slo.state === state).length }));
  const named = counts.filter(({ count }) => count > 0).map(({ state, count }) => `${count} ${stateWords[state]}`);
  return named.length === 0 ? 'no objective was evaluated' : named.join(', ');
}

/** One line for each objective that is not met. */
export function serviceLevelLines(report: ReadinessReport): readonly string[] {
  return report.slos
    .filter(({ state }) => state === 'breached' || state === 'unknown')
    .map((slo) => {
      const ratio =
        slo.total > 0
          ? `${((100 * slo.good) / slo.total).toFixed(2)} % good of ${formatQuantity(slo.total, '')}`
          : 'no events';
      const simulated = slo.synthetic ? ' (simulated)' : '';
      const reason = slo.reason === null ? '' : `: ${slo.reason}`;
      return `${slo.id} ${slo.state}, ${ratio} in ${slo.window}, target ${(slo.target * 100).toFixed(2)} %${simulated}${reason}`;
    });
}

/** What stands behind each verdict's evidence. */
export function sourced(row: { readonly text: string; readonly source: string }): string {
  return row.source === '' ? row.text : `${row.text} (${row.source})`;
}

/** Unknowns that change no verdict, by id. */
export function idleUnknowns(report: ReadinessReport): readonly string[] {
  return report.unknowns.filter(({ flipsVerdicts }) => flipsVerdicts.length === 0).map(({ id }) => id);
}

/** What an exit code means. */
export function exitMeaning(code: number): string {
  const meanings: Readonly<Record<number, string>> = {
    0: 'nothing to do',
    1: 'a gate is violated',
    2: 'usage or internal error',
    3: 'an unknown or simulated input can change a verdict',
    4: 'a decision is required',
  };
  return meanings[code] ?? 'not defined';
}

const stateWords = { met: 'met', breached: 'breached', unknown: 'unknown', notApplicable: 'not applicable' } as const;

function shortTrigger(trigger: TriggerAnswer): string {
  const { id, state, value, threshold, unit, days, forecast } = trigger;
  const simulated = trigger.synthetic ? ' (simulated)' : '';
  const ahead = forecast === null ? '' : `, forecast ${forecast.date.slice(0, 10)}`;
  if (value === null || threshold === null) return `${id} ${state}${simulated}`;
  const sign = value > threshold ? '>' : '≤';
  const numbers = `${formatQuantity(value, unit)} ${sign} ${formatQuantity(threshold, unit)}`;
  return `${id} ${state}, ${numbers}, ${days.exceeding} of ${days.of} days${ahead}${simulated}`;
}

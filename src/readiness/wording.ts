/** How numbers and states are put into words, once for every format. */
import type { TriggerAnswer, Verdict } from '../contract/index.ts';

/** `6.4 s`, `214 ms`, `100,000 connections`: three significant digits below 1000, whole above, thousands grouped from 10,000 on. */
export function formatQuantity(value: number, unit: string): string {
  const rounded = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  const text = Math.abs(rounded) >= 10_000 ? rounded.toLocaleString('en-US') : String(rounded);
  return unit === '' ? text : `${text} ${unit}`;
}

/** `6.4 s [6 s, 7 s] > 5 s on 12 of 14 days`, or what is known instead. */
export function triggerText(trigger: TriggerAnswer): string {
  const simulated = trigger.synthetic ? ' (simulated)' : '';
  if (trigger.threshold === null) return `${trigger.reason ?? trigger.state}${simulated}`;
  const limit = formatQuantity(trigger.threshold, trigger.unit);
  if (trigger.value === null) return `no value against ${limit}${simulated}`;
  const { interval, days } = trigger;
  const range = interval === null ? '' : ` [${formatQuantity(interval.low, '')}, ${formatQuantity(interval.high, '')}]`;
  const sign = trigger.value > trigger.threshold ? '>' : '≤';
  return `${trigger.title} ${formatQuantity(trigger.value, trigger.unit)}${range} ${sign} ${limit}, over on ${days.exceeding} of ${days.of} days${simulated}`;
}

/** `engineers below 10`, `P5 fires`: one condition of a completion. */
export function conditionText(triggers: readonly TriggerAnswer[], id: string, text: string): string {
  if (id !== 'triggerFired') return `${inputTitle(id)} ${text}`;
  const names = triggers.map((trigger) => trigger.id).join(' or ');
  return text === 'true' ? `${names} has fired` : `${names} has not fired`;
}

/** Camel case as words, for the inputs that are measured. */
export function inputTitle(id: string): string {
  const titles: Readonly<Record<string, string>> = {
    strongNeighbours: 'strong neighbours',
    sharedTransactions: 'domains in shared transactions',
    requestsPerMinute: 'requests a minute in the busy hour',
    requestsPerDay: 'requests a day',
    linesOfCode: 'lines of code',
    objectivesMet: 'all objectives met',
  };
  return titles[id] ?? id;
}

const urgency: readonly Verdict['verdict'][] = [
  'EXTRACT_CANDIDATE',
  'BLOCKED',
  'PREPARE',
  'INSUFFICIENT_EVIDENCE',
  'KEEP',
];

/** 0 for what needs somebody first. */
export function verdictOrder(name: Verdict['verdict']): number {
  return urgency.indexOf(name);
}

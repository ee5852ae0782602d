/** Sentences about triggers, verdicts and forecasts. */
import type { ReadinessReport, TriggerAnswer } from '../../contract/index.ts';
import { countText, percentText, valueText } from './number.ts';
import { dayText } from './time.ts';

/** "6.4 s [5.9 to 7.1], n 3 120": the last evaluable day with its interval. */
export function measuredText(trigger: Pick<TriggerAnswer, 'value' | 'unit' | 'interval' | 'n'>): string {
  const value = valueText(trigger.value, trigger.unit);
  const interval = trigger.interval
    ? ` [${valueText(trigger.interval.low, '')} to ${valueText(trigger.interval.high, '')}]`
    : '';
  return `${value}${interval}${trigger.n === null ? '' : `, n ${countText(trigger.n)}`}`;
}

/** "20 May, 28 Apr to 30 Jun (90 %)", or "no forecast". */
export function forecastText(forecast: TriggerAnswer['forecast']): string {
  if (!forecast) return 'no forecast';
  return `${dayText(forecast.date)}, ${dayText(forecast.low)} to ${dayText(forecast.high)} (${percentText(forecast.level)})`;
}

/** The fourteen days in words, the text alternative of the squares. */
export function daysText(trigger: Pick<TriggerAnswer, 'dayList' | 'days'>): string {
  const blind = trigger.days.of - trigger.days.evaluable;
  const simulated = trigger.dayList.filter((day) => day.synthetic).length;
  const parts = [`over on ${trigger.days.exceeding} of ${trigger.days.of} days`];
  if (blind > 0) parts.push(`${blind} not evaluable`);
  if (simulated > 0) parts.push(`${simulated} simulated`);
  return parts.join(', ');
}

/** The end of the value scale: room beyond the larger of value, interval and threshold. */
export function scaleEnd(trigger: Pick<TriggerAnswer, 'value' | 'threshold' | 'interval'>): number {
  const largest = Math.max(trigger.value ?? 0, trigger.interval?.high ?? 0, (trigger.threshold ?? 0) * 1.25);
  return largest === 0 ? 1 : largest * 1.08;
}

/** What the exit code of the report means, worst first. */
export function exitSentence(exit: ReadinessReport['exit']): string {
  const counted = exit.reasons.filter((reason) => !reason.lowered);
  if (exit.code === 0) return 'In CI this report ends with 0: nothing asks for anybody.';
  const words: Record<number, string> = {
    1: 'a gate is violated',
    2: 'it can not be used',
    3: 'an unknown could change a verdict',
    4: 'a decision is required',
  };
  return `In CI this report ends with ${exit.code}: ${words[exit.code] ?? 'see the reasons'}${counted.length > 1 ? `, and ${counted.length - 1} more` : ''}.`;
}

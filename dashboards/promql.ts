/** Builds PromQL text. Every selector carries the dashboard's job and instance; every rate its own interval. */
import { label } from '../src/kernel/conventions.ts';

/** Label → wanted value, several accepted values, or a template variable such as `$domain`. */
export type Matchers = Readonly<Record<string, string | readonly string[]>>;

/** `name{job=~"$job",instance=~"$instance",…}`. */
export function selector(name: string, matchers: Matchers = {}): string {
  const own = Object.entries(matchers).map(([key, value]) => matcher(key.replace(/\W/g, '_'), value));
  return `${name}{${['job=~"$job"', 'instance=~"$instance"', ...own].join(',')}}`;
}

/** Per second, over the interval that Grafana derives from the scrape interval and the zoom. */
export function rate(name: string, matchers: Matchers = {}): string {
  return `rate(${selector(name, matchers)}[$__rate_interval])`;
}

/** The sum of rates, split by labels. */
export function sumRate(name: string, matchers: Matchers = {}, by: readonly string[] = []): string {
  return `sum${split(by)} (${rate(name, matchers)})`;
}

/** Any aggregation of a gauge, split by labels. */
export function aggregate(
  how: 'sum' | 'max' | 'min',
  name: string,
  matchers: Matchers = {},
  by: readonly string[] = [],
): string {
  return `${how}${split(by)} (${selector(name, matchers)})`;
}

/** A quantile (0..1) of a histogram family, in its unit; no value without observations. */
export function quantile(share: number, family: string, matchers: Matchers = {}, by: readonly string[] = []): string {
  return `histogram_quantile(${share}, ${sumRate(`${family}_bucket`, matchers, ['le', ...by])})`;
}

/** Seconds spent, of a duration histogram, per second. */
export function timeSpent(family: string, matchers: Matchers = {}, by: readonly string[] = []): string {
  return sumRate(`${family}_sum`, matchers, by);
}

/**
 * Share of the observations of a family with one outcome. Zero while there are observations and none has it; no value
 * without observations, because nothing seen is not nothing wrong.
 */
export function outcomeShare(family: string, outcome: string, matchers: Matchers, by: readonly string[] = []): string {
  const all = sumRate(`${family}_count`, matchers, by);
  const some = sumRate(`${family}_count`, { ...matchers, [label.outcome]: outcome }, by);
  return `(${some} or 0 * ${all}) / (${all} > 0)`;
}

/** Part of a whole; no value while the whole is zero. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

/**
 * One number for a one-hot family (0/1 per `state`): the place of the present state in `states`, from 1.
 * Absent when no state is reported.
 */
export function stateCode(name: string, states: readonly string[], matchers: Matchers, by: readonly string[]): string {
  const coded = states.map((state, index) => `${selector(name, { ...matchers, state })} * ${index + 1}`);
  return `max${split(by)} (${coded.join(' or ')})`;
}

/** `label_values(…)` of a template variable, within the chosen job. */
export function labelValues(name: string, labelName: string, matchers: Matchers = {}): string {
  const own = Object.entries(matchers).map(([key, value]) => matcher(key, value));
  return `label_values(${name}{${['job=~"$job"', ...own].join(',')}}, ${labelName})`;
}

function split(by: readonly string[]): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')})`;
}

function matcher(key: string, value: string | readonly string[]): string {
  if (typeof value === 'string') return `${key}="${escapeValue(value)}"`;
  return `${key}=~"${value.map((one) => escapeValue(escapeRegExp(one))).join('|')}"`;
}

function escapeValue(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

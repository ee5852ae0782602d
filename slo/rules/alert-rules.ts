/** Alert rules of an objective: the documented page, the burn pairs of its policy, and missing data. */
import { ownMetric } from '../../src/kernel/conventions.ts';
import { formatDurationMs, minuteMs } from '../../src/kernel/duration.ts';
import { isFromVisitors } from '../../src/kernel/metric-name.ts';
import { ruleAlert, ruleLabel, ruleMetric } from '../../src/kernel/rule-names.ts';
import type { CompiledObjective } from '../compiled.ts';
import type { BurnPair, PageDefinition } from '../definition.ts';
import { pageThreshold, spokenShare } from '../wording.ts';
import type { EventSource } from './event-source.ts';
import { matchers, number } from './promql.ts';
import type { AlertRule } from './rule.ts';
import { ruleLabels, seriesOf } from './series-of.ts';

/** Where the annotations point; addresses without a slash at the end. */
export interface AlertLinks {
  /** The console. */
  readonly publicUrl: string;
  /** Grafana's dashboard of one objective, or null where there is none. */
  readonly dashboardUrl: ((objective: string) => string) | null;
}

/** An alert stays until its condition has been false for this long, as in the control plane. */
const keepFiring = '1m';

/** Missing data is told apart from a restart of the application by lasting this long. */
const noDataFor = '15m';

/** The alerts, and why others are left out. */
export function alertRules(
  compiled: CompiledObjective,
  source: EventSource,
  links: AlertLinks,
): { readonly rules: readonly AlertRule[]; readonly left: readonly string[] } {
  const unreachable = (compiled.policy?.pairs ?? []).filter((pair) => pair.factor * compiled.budget >= 1);
  const pairs = (compiled.policy?.pairs ?? []).filter((pair) => pair.factor * compiled.budget < 1);
  const page = compiled.page === null || source.pageProblem !== null ? [] : [compiled.page];
  const isVisited = isFromVisitors(compiled.selector?.signal ?? '');
  return {
    rules: [
      ...page.map((one) => pageRule(compiled, one, source, links)),
      ...pairs.map((pair) => burnRule(compiled, pair, links)),
      ...(isVisited ? [] : [noDataRule(compiled, source, links)]),
    ],
    left: [
      ...(isVisited
        ? ['no data left out: browsers report while somebody uses the pages, and at night nobody may']
        : []),
      ...(compiled.page === null || source.pageProblem === null ? [] : [`page left out: ${source.pageProblem}`]),
      ...unreachable.map(
        (pair) =>
          `burn ${pairText(pair)} left out: ${number(pair.factor)} times the budget is 100 % or more of all events`,
      ),
    ],
  };
}

function pageRule(
  compiled: CompiledObjective,
  page: PageDefinition,
  source: EventSource,
  links: AlertLinks,
): AlertRule {
  const events = seriesOf(ruleMetric.events, compiled, page.overMs);
  const good = seriesOf(source.pageGood === null ? ruleMetric.good : ruleMetric.pageGood, compiled, page.overMs);
  const over = formatDurationMs(page.overMs);
  const limit = page.kind === 'errors' ? page.above : page.kind === 'down' ? 1 : compiled.budget;
  const isWorse = `${page.kind === 'down' ? '>=' : '>'} ${number(limit)}`;
  return {
    alert: ruleAlert.page,
    expr: [
      `clamp_min(${events} - ${good}, 0) / (${events} > 0) ${isWorse}`,
      `and round(${events}) >= ${page.minEvents}`,
      `and round(${events} - ${good}) >= ${page.minFailures}`,
    ].join('\n'),
    keep_firing_for: keepFiring,
    labels: { ...ruleLabels(compiled), [ruleLabel.severity]: 'page', [ruleLabel.window]: over },
    annotations: annotations(compiled, links, 'objective-page', {
      summary: `${compiled.id}: ${pageThreshold(page, compiled.target)}`,
      reason: `{{ $value | humanizePercentage }} of the events of the last ${over} are bad, the documented alert begins ${page.kind === 'down' ? 'at' : 'above'} ${spokenShare(limit)}.`,
    }),
  };
}

function burnRule(compiled: CompiledObjective, pair: BurnPair, links: AlertLinks): AlertRule {
  const limit = number(pair.factor * compiled.budget);
  const ratio = (lengthMs: number): string => seriesOf(ruleMetric.errorRatio, compiled, lengthMs);
  const events = seriesOf(ruleMetric.events, compiled, pair.longMs);
  const good = seriesOf(ruleMetric.good, compiled, pair.longMs);
  const long = formatDurationMs(pair.longMs);
  const short = formatDurationMs(pair.shortMs);
  return {
    alert: ruleAlert.burn,
    expr: [
      `${ratio(pair.longMs)} > ${limit}`,
      `and on (${ruleLabel.objective}) ${ratio(pair.shortMs)} > ${limit}`,
      `and on (${ruleLabel.objective}) ${seriesOf(ruleMetric.errorRatioLow, compiled, pair.longMs)} > ${limit}`,
      `and on (${ruleLabel.objective}) round(${events} - ${good}) >= ${pair.minFailures}`,
    ].join('\n'),
    keep_firing_for: keepFiring,
    labels: { ...ruleLabels(compiled), [ruleLabel.severity]: pair.severity, [ruleLabel.window]: pairText(pair) },
    annotations: annotations(compiled, links, 'objective-burn', {
      summary: `${compiled.id}: the error budget burns more than ${number(pair.factor)} times too fast`,
      reason: `{{ $value | humanizePercentage }} of the events of the last ${long} are bad; above ${spokenShare(pair.factor * compiled.budget)} over ${long} and ${short} the budget of ${spokenShare(compiled.budget)} burns more than ${number(pair.factor)} times too fast.`,
    }),
  };
}

function noDataRule(compiled: CompiledObjective, source: EventSource, links: AlertLinks): AlertRule {
  const events = seriesOf(ruleMetric.events, compiled, 5 * minuteMs);
  const state = `${ownMetric.objectiveState}${matchers({ [ruleLabel.objective]: compiled.id, state: 'unknown' })}`;
  const isApplication = source.kind === 'application';
  return {
    alert: ruleAlert.noData,
    expr: isApplication ? `absent(sum(${events}))` : `max(${state}) == 1 or absent(sum(${state}))`,
    for: noDataFor,
    labels: { ...ruleLabels(compiled), [ruleLabel.severity]: 'ticket' },
    annotations: annotations(compiled, links, 'self', {
      summary: `${compiled.id}: no data, so nobody knows whether it is met`,
      reason: isApplication
        ? `No target has shown ${source.events.replace(/\{.*/s, '')} of this objective for ${noDataFor}: the application is down, not scraped, or has not had a single such event.`
        : `For ${noDataFor} the control plane has not been able to judge this objective, or has not been scraped.`,
    }),
  };
}

function annotations(
  compiled: CompiledObjective,
  { publicUrl, dashboardUrl }: AlertLinks,
  runbook: string,
  text: { readonly summary: string; readonly reason: string },
): Readonly<Record<string, string>> {
  const { sentence, source } = compiled.definition;
  return {
    summary: text.summary,
    reason: `${text.reason} Documented: "${sentence}" (${source}).`,
    runbook_url: `${publicUrl}/runbooks/${runbook}`,
    objective_url: `${publicUrl}/objectives/${encodeURIComponent(compiled.id)}`,
    ...(dashboardUrl === null ? {} : { dashboard_url: dashboardUrl(compiled.id) }),
  };
}

function pairText(pair: BurnPair): string {
  return `${formatDurationMs(pair.longMs)}/${formatDurationMs(pair.shortMs)}`;
}

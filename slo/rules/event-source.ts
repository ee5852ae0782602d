/** Where an objective's events are counted: on the application's own page, or by the control plane. */
import { label, ownMetric } from '../../src/kernel/conventions.ts';
import { isOnApplicationPage } from '../../src/kernel/metric-name.ts';
import type { CompiledObjective } from '../compiled.ts';
import { pageNames } from './metric-name.ts';
import { bucketBound, matchers } from './promql.ts';

/** Selectors of ever-growing counters. `pageGood` is null when the page judges the same good events, or there is no page. */
export interface EventSource {
  readonly kind: 'application' | 'controlPlane';
  readonly events: string;
  readonly good: string;
  readonly pageGood: string | null;
  /** Why the page cannot be judged from these counters, or null. */
  readonly pageProblem: string | null;
}

/** A text says why there is nothing to count. */
export function eventSourceOf(compiled: CompiledObjective): EventSource | string {
  if (compiled.notApplicable !== null) return compiled.notApplicable;
  if (compiled.unmeasurable !== null) return compiled.unmeasurable;
  if (compiled.kind === 'composite') {
    return `it is the worst of ${compiled.parts.join(', ')}, which have rules of their own; their events are never added up`;
  }
  const { selector } = compiled;
  const isOnPage =
    selector !== null &&
    (selector.source === 'metrics' || selector.source === 'scrape') &&
    isOnApplicationPage(selector.signal);
  if (!isOnPage || (compiled.kind !== 'latency' && compiled.kind !== 'errors')) return ownCounters(compiled);
  const where = promConditions(selector.where);
  const names = pageNames(selector.signal);
  const notError = `${label.outcome}!="error"`;
  const events = `${names.count}${matchers(where)}`;
  if (compiled.kind === 'errors') {
    return {
      ...{ kind: 'application', events, good: `${names.count}${matchers(where, [notError])}` },
      ...{ pageGood: null, pageProblem: null },
    };
  }
  if (names.bucket === null || compiled.goodAtMost === null) {
    return `${selector.signal} is a plain counter: without buckets nothing says how many events were fast`;
  }
  const within = (bound: number): string => `${names.bucket}${matchers(where, [notError, bucketBound(bound)])}`;
  const { pageAtMost } = compiled;
  return {
    ...{ kind: 'application', events, good: within(compiled.goodAtMost), pageProblem: compiled.pageUnmeasurable },
    pageGood: pageAtMost === null || pageAtMost === compiled.goodAtMost ? null : within(pageAtMost),
  };
}

/** Probes, spans, browsers and levels are counted by the control plane, whose counters know one threshold: the objective's. */
function ownCounters(compiled: CompiledObjective): EventSource {
  const where = matchers({ objective: compiled.id });
  return {
    kind: 'controlPlane',
    events: `${ownMetric.objectiveEvents}${where}`,
    good: `${ownMetric.objectiveGood}${where}`,
    pageGood: null,
    pageProblem:
      compiled.pageAtMost !== null && compiled.pageAtMost !== compiled.goodAtMost
        ? 'the counters of the control plane do not know its threshold; the control plane itself raises this page'
        : null,
  };
}

function promConditions(where: Readonly<Record<string, string | readonly string[]>>): typeof where {
  return Object.fromEntries(
    Object.entries(where).map(([name, wanted]) => [name.replace(/[^A-Za-z0-9_]/g, '_'), wanted]),
  );
}

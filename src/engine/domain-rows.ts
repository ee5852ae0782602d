/** The domains as a table: live traffic, errors, p95, objectives, strong neighbours and the verdict. */
import type { CouplingEdge, DomainRow, ObjectiveAnswer, Verdict } from '../contract/index.ts';
import type { Domain } from '../domains/index.ts';
import { strongNeighbours } from '../evidence/index.ts';
import { label } from '../kernel/conventions.ts';
import { estimateQuantile, totalOf } from '../kernel/histogram.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { mergeBuckets } from './objective-answer.ts';

export interface RowParts {
  readonly catalogue: readonly Domain[];
  readonly objectives: readonly ObjectiveAnswer[];
  readonly edges: readonly CouplingEdge[] | null;
  readonly verdicts: readonly Verdict[];
  /** Entry request slices of real data over `minutes` minutes. */
  readonly recent: readonly SeriesSlice[];
  readonly minutes: number;
}

export function toDomainRows(parts: RowParts): DomainRow[] {
  return parts.catalogue.map((domain) => {
    const own = parts.recent.filter(({ series }) => series.labels[label.domain] === domain.id);
    return {
      id: domain.id,
      title: domain.title,
      priority: domain.priority,
      ...trafficOf(own, parts.minutes),
      objectives: countStates(parts.objectives.filter((objective) => objective.domain === domain.id)),
      strongNeighbours: parts.edges === null ? [] : [...strongNeighbours(parts.edges, domain.id).known],
      verdict: parts.verdicts.find((verdict) => verdict.domain === domain.id)?.verdict ?? 'INSUFFICIENT_EVIDENCE',
    };
  });
}

/** Null without a single request: absent, not zero. */
function trafficOf(
  slices: readonly SeriesSlice[],
  minutes: number,
): Pick<DomainRow, 'requestsPerMinute' | 'errorRatio' | 'p95Ms'> {
  const requests = slices.reduce((sum, { slice }) => sum + totalOf(slice.counts), 0);
  if (requests === 0) return { requestsPerMinute: null, errorRatio: null, p95Ms: null };
  const errors = slices
    .filter(({ series }) => series.labels[label.outcome] === 'error')
    .reduce((sum, { slice }) => sum + totalOf(slice.counts), 0);
  const merged = mergeBuckets(slices);
  const p95 = merged === null ? null : estimateQuantile(merged, 0.95);
  return {
    requestsPerMinute: requests / minutes,
    errorRatio: errors / requests,
    p95Ms: p95 === null ? null : p95 * 1_000,
  };
}

function countStates(objectives: readonly ObjectiveAnswer[]): DomainRow['objectives'] {
  const count = (state: ObjectiveAnswer['state']): number =>
    objectives.filter((objective) => objective.state === state).length;
  return {
    met: count('met'),
    breached: count('breached'),
    unknown: count('unknown'),
    notApplicable: count('notApplicable'),
  };
}

/** Coupling of the domains, from the sums of their calls and of their writes. */
import type { CouplingEdge } from '../contract/index.ts';
import { type Domain, ownerOfTable } from '../domains/index.ts';
import { type CallCount, coupling, type ForeignWrite, type RequestCount } from '../evidence/index.ts';
import { label, metric, outcomes } from '../kernel/conventions.ts';
import { totalOf } from '../kernel/histogram.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import type { DayBook } from './day-book.ts';

/** Edges over some days; null = no call was ever counted, which is not the same as "coupled with nobody". */
export interface CouplingView {
  readonly edges: readonly CouplingEdge[] | null;
  readonly synthetic: boolean;
}

const writing = new Set(['insert', 'update', 'delete', 'replace', 'upsert']);

/** `entryRequests` gives a domain's own entry requests over the same days. */
export function viewCoupling(
  book: DayBook,
  days: readonly string[],
  catalogue: readonly Domain[],
  entryRequests: (domain: string) => number,
): CouplingView {
  const callSlices = book.ofDays(days, metric.callDuration).filter(fromMetrics);
  if (callSlices.length === 0) return { edges: null, synthetic: false };
  const known = new Set(catalogue.map((domain) => domain.id));
  const calls = callSlices.map(toCall).filter((call) => known.has(call.from) && known.has(call.to));
  const requests = catalogue.map(({ id }): RequestCount => {
    const called = calls
      .filter((call) => call.to === id && call.from !== id)
      .reduce((sum, call) => sum + call.calls, 0);
    return { domain: id, requests: entryRequests(id) + called };
  });
  const dbSlices = book.ofDays(days, metric.dbDuration).filter(fromMetrics);
  return {
    edges: coupling(calls, requests, foreignWrites(dbSlices, catalogue)),
    synthetic: callSlices.some(({ series }) => series.synthetic),
  };
}

function fromMetrics({ series }: SeriesSlice): boolean {
  return series.source === 'metrics';
}

function toCall({ series, slice }: SeriesSlice): CallCount {
  return {
    from: series.labels[label.from] ?? '',
    to: series.labels[label.to] ?? '',
    mode: series.labels[label.mode] === 'async' ? 'async' : 'sync',
    inTransaction: series.labels[label.inTransaction] === 'true',
    outcome: outcomes.find((one) => one === series.labels[label.outcome]) ?? null,
    calls: totalOf(slice.counts),
  };
}

/** Writes of a domain to a table that the catalogue gives to another; a table without owner proves nothing. */
function foreignWrites(slices: readonly SeriesSlice[], catalogue: readonly Domain[]): readonly ForeignWrite[] {
  return slices.flatMap(({ series, slice }): ForeignWrite[] => {
    const table = series.labels[label.table] ?? '';
    const owner = ownerOfTable(catalogue, table);
    const from = series.labels[label.domain] ?? '';
    if (owner === null || owner === from || !writing.has((series.labels[label.op] ?? '').toLowerCase())) return [];
    return [{ from, owner, table, writes: totalOf(slice.counts) }];
  });
}

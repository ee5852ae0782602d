/** What part of the whole a domain takes over the last hour: of the requests, of the database's time, of the CPU. */
import type { DomainDetail } from '../contract/index.ts';
import { type Domain, ownerOfTable } from '../domains/index.ts';
import { label, metric } from '../kernel/conventions.ts';
import { totalOf } from '../kernel/histogram.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { countedOf, type DomainHour } from './domain-hour.ts';

/** Real slices alone; null where the share can not be told. */
export function sharesOf(hour: DomainHour, domain: string, catalogue: readonly Domain[]): DomainDetail['shares'] {
  const real = hour.slices.filter(({ series }) => !series.synthetic);
  const exact = real.filter(({ series }) => series.source === 'metrics');
  return {
    requests: shareOfRequests(hour, real, domain),
    databaseTime: shareOfDatabase(bySignal(exact, metric.dbDuration), domain, catalogue),
    cpu: shareOfCpu(bySignal(exact, metric.cpuMs), domain),
  };
}

/** 0 for a domain that only other domains call. */
function shareOfRequests(hour: DomainHour, real: readonly SeriesSlice[], domain: string): number | null {
  const domains = new Set(
    bySignal(real, metric.requestDuration).map(({ series }) => series.labels[label.domain] ?? ''),
  );
  const requestsOf = (id: string): number => {
    const counted = countedOf(hour, id);
    return counted.kind === 'calls' ? 0 : counted.slices.reduce((sum, { slice }) => sum + totalOf(slice.counts), 0);
  };
  return ratio(
    requestsOf(domain),
    [...domains].reduce((sum, id) => sum + requestsOf(id), 0),
  );
}

/** By the owner of the table, whoever asked; null for a domain to which the catalogue gives no table. */
function shareOfDatabase(slices: readonly SeriesSlice[], domain: string, catalogue: readonly Domain[]): number | null {
  if ((catalogue.find(({ id }) => id === domain)?.tables.length ?? 0) === 0) return null;
  const owners = new Map<string, string | null>();
  const ownerOf = (table: string): string | null => {
    const known = owners.get(table);
    if (known !== undefined) return known;
    const owner = ownerOfTable(catalogue, table);
    owners.set(table, owner);
    return owner;
  };
  return ratio(
    sumOf(slices.filter(({ series }) => ownerOf(series.labels[label.table] ?? '') === domain)),
    sumOf(slices),
  );
}

/** Null unless somebody attributes CPU time to domains: a process alone does not know. */
function shareOfCpu(slices: readonly SeriesSlice[], domain: string): number | null {
  const own = slices.filter(({ series }) => series.labels[label.domain] === domain);
  return own.length === 0 ? null : ratio(sumOf(own), sumOf(slices));
}

function bySignal(slices: readonly SeriesSlice[], signal: string): SeriesSlice[] {
  return slices.filter(({ series }) => series.signal === signal);
}

function sumOf(slices: readonly SeriesSlice[]): number {
  return slices.reduce((sum, { slice }) => sum + slice.sum, 0);
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

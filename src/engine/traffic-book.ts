/** Entry requests per domain and hour: shares, busy hours, coverage. */

import { label, metric } from '../kernel/conventions.ts';
import { hourMs } from '../kernel/duration.ts';
import { totalOf } from '../kernel/histogram.ts';
import type { Series, SeriesSource, Slice } from '../kernel/series.ts';
import { median } from '../kernel/statistics.ts';
import type { DomainTraffic } from '../readiness/index.ts';
import type { Calendar } from './calendar.ts';

interface Hour {
  requests: number;
  synthetic: number;
}

/** A series that is counted, with the hours of its domain. */
interface CountedSeries {
  readonly isSynthetic: boolean;
  readonly hours: Map<number, Hour>;
}

/** What telemetry that no rule gives to a domain is called. */
export const unmappedDomain = 'unmapped';

const preference: readonly SeriesSource[] = ['metrics', 'scrape', 'spans'];

/** A class because it lives as long as the engine. */
export class TrafficBook {
  readonly #calendar: Calendar;
  readonly #series = new Map<number, CountedSeries>();
  readonly #hours = new Map<SeriesSource, Map<string, Map<number, Hour>>>();

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  addSeries(series: Series): void {
    if (series.signal === metric.requestDuration && series.labels[label.entry] === 'true') {
      this.#series.set(series.id, { isSynthetic: series.synthetic, hours: this.#hoursOf(series) });
    }
  }

  add(slice: Slice): void {
    const series = this.#series.get(slice.seriesId);
    if (series === undefined) return;
    const at = Math.floor(slice.startMs / hourMs);
    const hour = series.hours.get(at) ?? { requests: 0, synthetic: 0 };
    series.hours.set(at, hour);
    const requests = totalOf(slice.counts);
    hour.requests += requests;
    if (series.isSynthetic) hour.synthetic += requests;
  }

  /** Per domain, over the days that have data in [fromMs, toMs); each source alone, the first that has data wins. */
  traffic(fromMs: number, toMs: number): readonly DomainTraffic[] {
    return [...this.#domains().entries()].map(([domain, hours]) => this.#trafficOf(domain, hours, fromMs, toMs));
  }

  /** Entry requests of known and of unmapped domains in [fromMs, toMs). */
  coverage(fromMs: number, toMs: number): { readonly mapped: number; readonly unmapped: number } {
    let mapped = 0;
    let unmapped = 0;
    for (const [domain, hours] of this.#domains()) {
      for (const { requests } of hoursIn(hours, fromMs, toMs)) {
        if (domain === unmappedDomain) unmapped += requests;
        else mapped += requests;
      }
    }
    return { mapped, unmapped };
  }

  /** Forgets hours that began before `beforeMs`. */
  dropBefore(beforeMs: number): void {
    for (const domains of this.#hours.values()) {
      for (const hours of domains.values()) {
        for (const at of [...hours.keys()]) if (at * hourMs < beforeMs) hours.delete(at);
      }
    }
  }

  /** Entry requests of the domain in [fromMs, toMs), whole hours. */
  requestsOf(domain: string, fromMs: number, toMs: number): number {
    return hoursIn(this.#domains().get(domain) ?? new Map(), fromMs, toMs).reduce(
      (sum, hour) => sum + hour.requests,
      0,
    );
  }

  #trafficOf(domain: string, hours: ReadonlyMap<number, Hour>, fromMs: number, toMs: number): DomainTraffic {
    const days = new Map<string, number[]>();
    let synthetic = false;
    for (const { at, requests, synthetic: simulated } of hoursIn(hours, fromMs, toMs)) {
      const day = this.#calendar.dayOf(at * hourMs);
      days.set(day, [...(days.get(day) ?? []), requests]);
      synthetic ||= simulated > 0;
    }
    const busiest = median([...days.values()].map((counts) => Math.max(...counts)));
    const perDay = median([...days.values()].map((counts) => counts.reduce((sum, count) => sum + count, 0)));
    return {
      domain,
      requestsPerMinuteBusyHour: busiest === null ? null : busiest / 60,
      requestsPerDay: perDay,
      days: days.size,
      synthetic,
    };
  }

  #domains(): ReadonlyMap<string, ReadonlyMap<number, Hour>> {
    const chosen = new Map<string, ReadonlyMap<number, Hour>>();
    for (const source of preference) {
      for (const [domain, hours] of this.#hours.get(source) ?? []) {
        if (hours.size > 0 && !chosen.has(domain)) chosen.set(domain, hours);
      }
    }
    return chosen;
  }

  #hoursOf(series: Series): Map<number, Hour> {
    const domains = this.#hours.get(series.source) ?? new Map<string, Map<number, Hour>>();
    this.#hours.set(series.source, domains);
    const domain = series.labels[label.domain] ?? unmappedDomain;
    const hours = domains.get(domain) ?? new Map<number, Hour>();
    domains.set(domain, hours);
    return hours;
  }
}

function hoursIn(hours: ReadonlyMap<number, Hour>, fromMs: number, toMs: number): (Hour & { readonly at: number })[] {
  const found: (Hour & { readonly at: number })[] = [];
  for (const [at, hour] of hours)
    if (at * hourMs >= fromMs - hourMs + 1 && at * hourMs < toMs) found.push({ at, ...hour });
  return found;
}

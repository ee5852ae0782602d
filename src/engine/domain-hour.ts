/** The last hour as a domain's page needs it: sums by minute, and of which minutes anything is known at all. */
import type { HistoryReader, PresenceRange } from '../../collector/index.ts';
import { label, metric } from '../kernel/conventions.ts';
import { hourMs, minuteMs } from '../kernel/duration.ts';
import { totalOf } from '../kernel/histogram.ts';
import type { SeriesSource } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { MinuteBook, minuteSignals } from './minute-book.ts';

/** One minute of the hour, or the part of it that is complete: Unix ms, half-open. */
export interface Minute {
  readonly fromMs: number;
  readonly toMs: number;
}

/** [fromMs, toMs): the hour that ends at the watermark, begun on a whole minute. */
export interface DomainHour {
  readonly fromMs: number;
  readonly toMs: number;
  /** Sixty, oldest first; the last one may be shorter. */
  readonly minutes: readonly Minute[];
  /** Of requests, database time and CPU; simulated ones among them. */
  readonly slices: readonly SeriesSlice[];
  /** When exports of requests were seen, by source. */
  readonly presence: ReadonlyMap<SeriesSource, readonly PresenceRange[]>;
  /** Sources into which simulated requests were ever sent: their presence does not prove that the app was heard. */
  readonly simulated: ReadonlySet<SeriesSource>;
}

/** Where requests are counted, the most exact first; each domain is read from one of them alone. */
export const requestSources = ['metrics', 'scrape', 'spans'] as const satisfies readonly SeriesSource[];

/** Whole minutes from the book; the minute that the watermark cuts is read from the store. */
export function readHour(book: MinuteBook, reader: HistoryReader, watermarkMs: number): DomainHour {
  const wholeMs = Math.floor(watermarkMs / minuteMs) * minuteMs;
  const fromMs = Math.ceil(watermarkMs / minuteMs) * minuteMs - hourMs;
  const minutes: Minute[] = [];
  for (let startMs = fromMs; startMs < watermarkMs; startMs += minuteMs) {
    minutes.push({ fromMs: startMs, toMs: Math.min(startMs + minuteMs, watermarkMs) });
  }
  const rest = wholeMs < watermarkMs ? readRest(reader, wholeMs, watermarkMs) : [];
  const presence = requestSources.map(
    (source) => [source, reader.presence(metric.requestDuration, source, fromMs, watermarkMs)] as const,
  );
  const requests = reader.series().filter(({ signal }) => signal === metric.requestDuration);
  return {
    fromMs,
    toMs: watermarkMs,
    minutes,
    slices: [...book.slices(fromMs, wholeMs), ...rest],
    presence: new Map(presence),
    simulated: new Set(requests.flatMap(({ synthetic, source }) => (synthetic ? [source] : []))),
  };
}

function readRest(reader: HistoryReader, fromMs: number, toMs: number): SeriesSlice[] {
  const book = new MinuteBook();
  const series = reader.series().filter(({ signal }) => minuteSignals.has(signal));
  for (const one of series) book.addSeries(one);
  for (const slice of reader.slices(
    series.map(({ id }) => id),
    fromMs,
    toMs,
  ))
    book.add(slice);
  return book.slices(fromMs, fromMs + minuteMs);
}

/** What is counted of a domain: requests from outside, or where it has none the calls of other domains. */
export interface Counted {
  readonly source: SeriesSource;
  /** Null when nothing was counted. */
  readonly kind: 'requests' | 'calls' | null;
  readonly slices: readonly SeriesSlice[];
}

/** Real slices alone. No slices, as of the metrics, when the domain was never asked. */
export function countedOf({ slices: all }: Pick<DomainHour, 'slices'>, domain: string): Counted {
  const own = all.filter(
    ({ series }) =>
      series.signal === metric.requestDuration && series.labels[label.domain] === domain && !series.synthetic,
  );
  for (const [kind, entry] of [
    ['requests', 'true'],
    ['calls', 'false'],
  ] as const) {
    for (const source of requestSources) {
      const slices = own.filter(({ series }) => series.source === source && series.labels[label.entry] === entry);
      if (slices.some(({ slice }) => totalOf(slice.counts) > 0)) return { source, kind, slices };
    }
  }
  return { source: 'metrics', kind: null, slices: [] };
}

/**
 * For each minute, how much of it is known (ms): where exports were seen. Where simulated requests were sent too, nothing is
 * known before the first real one: what was simulated says nothing about the app.
 */
export function knownMs(hour: DomainHour, source: SeriesSource): readonly number[] {
  const real = new Map<number, number>();
  for (const { series, slice } of hour.slices) {
    if (series.signal !== metric.requestDuration || series.source !== source || series.synthetic) continue;
    real.set(slice.startMs, Math.max(real.get(slice.startMs) ?? 0, slice.durationMs));
  }
  const trustedMs = hour.simulated.has(source) ? Math.min(...real.keys()) + minuteMs : hour.fromMs;
  return hour.minutes.map(({ fromMs, toMs }) => {
    const seen = real.get(fromMs) ?? 0;
    return fromMs < trustedMs ? seen : Math.max(seen, overlap(hour.presence.get(source) ?? [], fromMs, toMs));
  });
}

function overlap(ranges: readonly PresenceRange[], fromMs: number, toMs: number): number {
  return ranges.reduce((sum, range) => {
    const end = Math.min(toMs, range.startMs + range.durationMs);
    return sum + Math.max(0, end - Math.max(fromMs, range.startMs));
  }, 0);
}

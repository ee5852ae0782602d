/** Counts metric points: cumulative ones by the difference to their stream's last, delta ones as they are, gauges by value. */
import { attribute, label, sliceMs } from '../../src/kernel/conventions.ts';
import type { Series, SliceCounts } from '../../src/kernel/series.ts';
import {
  type ExemplarTraces,
  floorTo,
  type NewStream,
  type PresenceStore,
  type SeriesStore,
  type SliceStore,
  type Stream,
  type StreamStore,
} from '../history/index.ts';
import { type DomainMapper, unmappedDomain } from './domain-mapping.ts';
import { GaugeSums } from './gauge-sums.ts';
import { InstanceWatch } from './instance-watch.ts';
import { type KnownMetric, KnownPoints, type KnownSender, type PointPlace } from './known-points.ts';
import { rejectionOf } from './metric-checks.ts';
import { coveredFrom, isOfWrongClock, isUnseenPast, pointValue } from './metric-meaning.ts';
import { countablePoint } from './metric-shape.ts';
import { ProbePace } from './probe-pace.ts';
import { isReset, isSame, onSharedBounds } from './stream-difference.ts';
import { type Tally, tallyRejection } from './tally.ts';
import { labelText, type MetricGroup, type MetricPoint, type MetricRecord, type TimeLimits } from './wire/index.ts';
import type { MetricSource } from './writer-messages.ts';

/** Who counts, when it arrives, what is allowed. Times are Unix ms. */
export interface MetricContext {
  readonly source: MetricSource;
  readonly nowMs: number;
  readonly watermarkMs: number;
  readonly mayBackfill: boolean;
  readonly limits: TimeLimits;
  readonly tally: Tally;
}

/** Whose metric a point is, and when it came. */
interface Origin {
  readonly from: KnownSender;
  readonly metric: KnownMetric;
  readonly record: MetricRecord;
  readonly context: MetricContext;
}

interface Stores {
  readonly series: SeriesStore;
  readonly slices: SliceStore;
  readonly presence: PresenceStore;
  readonly streams: StreamStore;
  readonly exemplars: ExemplarTraces;
}

/** One per writer; everything it changes is in the stores. */
export class MetricCounter {
  readonly #stores: Stores;
  readonly #mapper: DomainMapper;
  readonly #gauges: GaugeSums;
  readonly #probes: ProbePace;
  readonly #known = new KnownPoints();
  readonly instances = new InstanceWatch();

  constructor(stores: Stores, mapper: DomainMapper) {
    this.#stores = stores;
    this.#mapper = mapper;
    this.#gauges = new GaugeSums(stores.streams.streams());
    this.#probes = new ProbePace(stores.presence);
  }

  /** Counts every point of one body; returns how many were rejected, by reason. */
  add(groups: readonly MetricGroup[], context: MetricContext): ReadonlyMap<string, number> {
    const rejected = new Map<string, number>();
    for (const group of groups) {
      const from = this.#known.sender(group, context.source);
      if (context.source === 'metrics') this.instances.hear(from.sender, context.nowMs);
      for (const record of group.metrics) {
        const origin = { from, metric: from.metric(record), record, context };
        for (const point of record.points) {
          const reason =
            rejectionOf(record, point, context.limits) ?? this.#count(origin, countablePoint(record, point));
          if (reason === null) context.tally.points += 1;
          else {
            rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
            tallyRejection(context.tally, reason);
          }
        }
      }
    }
    return rejected;
  }

  /** The reason when there is no room, else null. */
  #count(origin: Origin, point: MetricPoint): string | null {
    const { from, metric, record, context } = origin;
    const { streams, slices } = this.#stores;
    const place = metric.place(point) ?? this.#findPlace(origin, point);
    if (place === null) return 'series_limit';
    const { series } = place;
    const stream = this.#streamOf(origin, point, place);
    if (!point.isRecorded) return this.#end(series, stream, point.timeMs);
    const last = this.#lastOf(origin, place, stream);
    const isClockBack = last !== null && isOfWrongClock(last.timeMs, point.timeMs, context.nowMs);
    if (last !== null && point.timeMs <= last.timeMs && metric.isOrdered && !isClockBack) return null;
    const knownForMs = stream === null ? streams.knownForMs(from.sender.key, context.nowMs) : 0;
    const isBaseline = last === null && metric.isCumulative && isUnseenPast(point, knownForMs, context);
    const value = pointValue(record, point, stream);
    const kept = stream ?? this.#follow(from, place, { timeMs: point.timeMs, value, seenMs: context.nowMs });
    if (kept === null) return 'stream_limit';
    this.#note(origin, series, point, last);
    if (metric.kind !== 'gauge' && !isBaseline) this.#addCounts(metric, series, point.timeMs, value, last);
    const timeMs = isClockBack ? point.timeMs : Math.max(point.timeMs, stream?.timeMs ?? 0);
    if (stream !== null) streams.update(stream, timeMs, value, context.nowMs);
    if (metric.kind === 'gauge') slices.add(series, point.timeMs, this.#gauges.add(kept, value.sum));
    if (point.exemplar !== null && !series.synthetic)
      this.#stores.exemplars.offer(series.id, point.exemplar, context.nowMs);
    return null;
  }

  /** Null when there is no room for the series. */
  #findPlace(origin: Origin, point: MetricPoint): PointPlace | null {
    const series = this.#stores.series.find(this.#identity(origin, point));
    return series === null ? null : origin.metric.learn(point, series);
  }

  /** `value`, or what it adds to the last of its stream; on the bounds that both have when those have changed. */
  #addCounts(metric: KnownMetric, series: Series, timeMs: number, value: SliceCounts, last: Stream | null): void {
    if (!metric.isCumulative || last === null) this.#addDifference(series, timeMs, value, null);
    else if (last.seriesId === series.id) this.#addDifference(series, timeMs, value, last.value);
    else {
      const { bounds } = this.#stores.series.byId(last.seriesId) ?? series;
      const shared = onSharedBounds(series.bounds ?? [], value, bounds ?? [], last.value);
      const { id: _, ...identity } = series;
      const into = this.#stores.series.find({ ...identity, bounds: shared.bounds });
      if (into !== null) this.#addDifference(into, timeMs, shared.value, shared.before);
    }
  }

  #addDifference(series: Series, timeMs: number, value: SliceCounts, before: SliceCounts | null): void {
    const known = before === null || isReset(value, before, series.kind) ? null : before;
    if (!isSame(value, known)) this.#stores.slices.add(series, timeMs, value, known);
  }

  /** The stream that the point goes on with; null when it is its first. */
  #streamOf(origin: Origin, point: MetricPoint, place: PointPlace): Stream | null {
    const startMs = origin.metric.hasStart ? point.startMs : 0;
    if (place.stream !== null && place.startMs === startMs && !place.stream.isForgotten) return place.stream;
    place.startMs = startMs;
    place.stream = this.#stores.streams.find(origin.from.sender.key, streamIdentity(origin.from, place)) ?? null;
    return place.stream;
  }

  /** What the stream said last, be it on other bounds: those may change while it runs. */
  #lastOf({ from, metric }: Origin, { series, attributes, startMs }: PointPlace, stream: Stream | null): Stream | null {
    let last = stream;
    if (series.kind !== 'histogram' || !metric.isCumulative) return last;
    for (const other of this.#stores.series.onOtherBounds(series)) {
      const identity = streamIdentity(from, { series: other, attributes, startMs });
      const known = this.#stores.streams.find(from.sender.key, identity);
      if (known !== undefined && (last === null || last.timeMs < known.timeMs)) last = known;
    }
    return last;
  }

  /** A new stream; null when there is no room for it. */
  #follow(from: KnownSender, place: PointPlace, first: Omit<NewStream, 'seriesId'>): Stream | null {
    const identity = streamIdentity(from, place);
    place.stream = this.#stores.streams.make(from.sender.key, identity, { seriesId: place.series.id, ...first });
    return place.stream;
  }

  /** The sender says that there is no value any more: a level no longer counts, of everything else the last word stands. */
  #end(series: Series, stream: Stream | null, timeMs: number): null {
    if (series.kind !== 'gauge' || stream === null || stream.timeMs >= timeMs) return null;
    const left = this.#gauges.remove(stream);
    if (left !== null) this.#stores.slices.add(series, timeMs, left);
    return null;
  }

  /** Presence covers what the point speaks of: its own interval when it is a difference, else the time since the last export. */
  #note({ record, context }: Origin, series: Series, point: MetricPoint, last: Stream | null): void {
    const { presence } = this.#stores;
    const before = last?.timeMs ?? (record.shape === 'gauge' ? 0 : point.startMs);
    const gapMs = point.timeMs - before;
    const { durationMs } = this.#stores.slices.slotOf(series, point.timeMs);
    if (context.source === 'probe') this.#probes.note(series, point.startMs, point.timeMs, durationMs);
    else {
      presence.mark(series.signal, context.source, coveredFrom(record, point, before), point.timeMs, durationMs);
      const isUnpaced = last === null || gapMs <= 0 || series.synthetic;
      presence.pace(series.signal, context.source, point.timeMs, isUnpaced ? null : gapMs);
    }
    if (floorTo(point.timeMs, sliceMs.fine) < context.watermarkMs && !context.mayBackfill)
      context.tally.latePoints += 1;
  }

  #identity({ from, metric, record }: Origin, point: MetricPoint): Omit<Series, 'id'> {
    const { sender, source } = from;
    const labels: Record<string, string> = {};
    for (const [name, value] of point.attributes) {
      if (typeof value !== 'number' || Number.isInteger(value)) labels[labelName(name)] = labelText(value);
    }
    // A probe of the whole app belongs to no domain, which is not the same as traffic that nobody could place.
    if (source !== 'probe')
      labels[label.domain] ??= sender.domain ?? this.#mapper(sender.serviceName, point.attributes) ?? unmappedDomain;
    const { kind } = metric;
    return {
      signal: record.name,
      kind,
      source,
      labels,
      synthetic: sender.synthetic,
      bounds: kind === 'histogram' ? point.bounds : null,
    };
  }
}

/** One stream: a new start is a new stream, which is how a restart is told from a slow count. */
function streamIdentity({ sender }: KnownSender, { series, attributes, startMs }: Omit<PointPlace, 'stream'>): string {
  return `${sender.scope}\n${startMs}\n${series.id}\n${attributes}`;
}

function labelName(name: string): string {
  if (name === attribute.domain) return label.domain;
  return name === attribute.operation ? label.operation : name;
}

/** Counts metric points: cumulative ones by the difference to their stream's last, delta ones as they are, gauges by value. */
import { attribute, label, sliceMs } from '../../src/kernel/conventions.ts';
import type { Series, SliceCounts } from '../../src/kernel/series.ts';
import {
  type ExemplarTraces,
  floorTo,
  type PresenceStore,
  type SeriesStore,
  type SliceStore,
  type Stream,
  type StreamStore,
} from '../history/index.ts';
import { type DomainMapper, unmappedDomain } from './domain-mapping.ts';
import { GaugeSums } from './gauge-sums.ts';
import { type KnownPoint, KnownPoints } from './known-points.ts';
import { rejectionOf } from './metric-checks.ts';
import { coveredFrom, isCumulative, isOrdered, isUnseenPast, kindOf, pointValue } from './metric-meaning.ts';
import { type Sender, senderOf } from './metric-sender.ts';
import { countablePoint } from './metric-shape.ts';
import { ProbePace } from './probe-pace.ts';
import { differenceOf, isZero, onSharedBounds } from './stream-difference.ts';
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

/** The state of a stream before a point. */
interface LastValue {
  readonly series: Series;
  readonly timeMs: number;
  readonly value: SliceCounts;
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
      const sender = senderOf(group);
      for (const metric of group.metrics) {
        for (const point of metric.points) {
          const reason =
            rejectionOf(metric, point, context.limits) ??
            this.#count(sender, metric, countablePoint(metric, point), context);
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
  #count(sender: Sender, metric: MetricRecord, point: MetricPoint, context: MetricContext): string | null {
    const known = this.#known.get(sender, metric, point, context.source, () =>
      this.#stores.series.find(this.#identity(sender, metric, point, context.source)),
    );
    if (known === null) return 'series_limit';
    const { series } = known;
    const identity = streamIdentity(sender, metric, point, known);
    const stream = this.#stores.streams.find(sender.key, identity);
    if (!point.isRecorded) return this.#end(series, stream, point.timeMs);
    const last = this.#lastOf(sender, metric, point, known, stream);
    if (last !== undefined && point.timeMs <= last.timeMs && isOrdered(metric)) return null;
    const knownForMs = this.#stores.streams.knownForMs(sender.key, context.nowMs);
    const isBaseline = last === undefined && isCumulative(metric) && isUnseenPast(point, knownForMs, context);
    const value = pointValue(metric, point, stream);
    const kept = this.#keep(sender.key, identity, series, stream, point.timeMs, value, context.nowMs);
    if (kept === null) return 'stream_limit';
    this.#note(series, metric, point, last, context);
    if (point.exemplar !== null && !series.synthetic)
      this.#stores.exemplars.offer(series.id, point.exemplar, context.nowMs);
    if (series.kind === 'gauge') this.#stores.slices.add(series, point.timeMs, this.#gauges.add(kept, value.sum));
    else if (!isBaseline) this.#addCounts(metric, series, point.timeMs, value, last);
    return null;
  }

  /** `value`, or what it adds to the last of its stream; on the bounds that both have when those have changed. */
  #addCounts(
    metric: MetricRecord,
    series: Series,
    timeMs: number,
    value: SliceCounts,
    last: LastValue | undefined,
  ): void {
    let into: Series | null = series;
    let added = value;
    if (isCumulative(metric) && last !== undefined) {
      if (last.series === series) added = differenceOf(value, last.value, series.kind);
      else {
        const shared = onSharedBounds(series.bounds ?? [], value, last.series.bounds ?? [], last.value);
        added = differenceOf(shared.value, shared.before, series.kind);
        const { id: _, ...identity } = series;
        into = this.#stores.series.find({ ...identity, bounds: shared.bounds });
      }
    }
    if (into !== null && !isZero(added)) this.#stores.slices.add(into, timeMs, added);
  }

  /** What the stream said last, be it on other bounds: those may change while it runs. */
  #lastOf(
    sender: Sender,
    metric: MetricRecord,
    point: MetricPoint,
    { series, attributes }: KnownPoint,
    stream: Stream | undefined,
  ): LastValue | undefined {
    let last = stream === undefined ? undefined : { series, timeMs: stream.timeMs, value: stream.value };
    if (series.kind !== 'histogram' || !isCumulative(metric)) return last;
    for (const other of this.#stores.series.onOtherBounds(series)) {
      const known = this.#stores.streams.find(
        sender.key,
        streamIdentity(sender, metric, point, { series: other, attributes }),
      );
      if (known === undefined || (last !== undefined && last.timeMs >= known.timeMs)) continue;
      last = { series: other, timeMs: known.timeMs, value: known.value };
    }
    return last;
  }

  /** The sender says that there is no value any more: a level no longer counts, of everything else the last word stands. */
  #end(series: Series, stream: Stream | undefined, timeMs: number): null {
    if (series.kind !== 'gauge' || stream === undefined || stream.timeMs >= timeMs) return null;
    const left = this.#gauges.remove(stream);
    if (left !== null) this.#stores.slices.add(series, timeMs, left);
    return null;
  }

  #keep(
    resource: string,
    identity: string,
    series: Series,
    stream: Stream | undefined,
    timeMs: number,
    value: SliceCounts,
    nowMs: number,
  ): Stream | null {
    if (stream === undefined) {
      return this.#stores.streams.make(resource, identity, { seriesId: series.id, timeMs, value, seenMs: nowMs });
    }
    this.#stores.streams.update(stream, Math.max(timeMs, stream.timeMs), value, nowMs);
    return stream;
  }

  /** Presence covers what the point speaks of: its own interval when it is a difference, else the time since the last export. */
  #note(
    series: Series,
    metric: MetricRecord,
    point: MetricPoint,
    last: LastValue | undefined,
    context: MetricContext,
  ): void {
    const { presence } = this.#stores;
    const before = last?.timeMs ?? (metric.shape === 'gauge' ? 0 : point.startMs);
    const gapMs = point.timeMs - before;
    const { durationMs } = this.#stores.slices.slotOf(series, point.timeMs);
    if (context.source === 'probe') this.#probes.note(series, point.startMs, point.timeMs, durationMs);
    else {
      presence.mark(series.signal, context.source, coveredFrom(metric, point, before), point.timeMs, durationMs);
      const isUnpaced = last === undefined || gapMs <= 0 || series.synthetic;
      presence.pace(series.signal, context.source, point.timeMs, isUnpaced ? null : gapMs);
    }
    if (floorTo(point.timeMs, sliceMs.fine) < context.watermarkMs && !context.mayBackfill)
      context.tally.latePoints += 1;
  }

  #identity(sender: Sender, metric: MetricRecord, point: MetricPoint, source: MetricSource): Omit<Series, 'id'> {
    const labels: Record<string, string> = {};
    for (const [name, value] of point.attributes) {
      if (typeof value !== 'number' || Number.isInteger(value)) labels[labelName(name)] = labelText(value);
    }
    // A probe of the whole app belongs to no domain, which is not the same as traffic that nobody could place.
    if (source !== 'probe')
      labels[label.domain] ??= sender.domain ?? this.#mapper(sender.serviceName, point.attributes) ?? unmappedDomain;
    const kind = kindOf(metric);
    return {
      signal: metric.name,
      kind,
      source,
      labels,
      synthetic: sender.synthetic,
      bounds: kind === 'histogram' ? point.bounds : null,
    };
  }
}

/** One stream: a new start is a new stream, which is how a restart is told from a slow count. */
function streamIdentity(sender: Sender, metric: MetricRecord, point: MetricPoint, known: KnownPoint): string {
  const start = metric.shape === 'gauge' || metric.temporality === 'delta' ? 0 : point.startMs;
  return `${sender.scope}\n${start}\n${known.series.id}\n${known.attributes}`;
}

function labelName(name: string): string {
  if (name === attribute.domain) return label.domain;
  return name === attribute.operation ? label.operation : name;
}

/** A gauge series is the sum over the instances that still report it. */
import { secondMs } from '../../src/kernel/duration.ts';
import type { SliceCounts } from '../../src/kernel/series.ts';
import type { Stream } from '../history/index.ts';

/** An instance that has not reported for this long no longer counts; three exports at the usual 60 s. */
const aliveMs = 180 * secondMs;

/** The streams of each gauge series; their values are kept by the stream store. */
export class GaugeSums {
  readonly #series = new Map<number, Set<Stream>>();

  /** Starts from the streams of an earlier run. */
  constructor(streams: Iterable<Stream>) {
    for (const stream of streams) if (stream.value.counts.length === 0) this.#instances(stream.seriesId).add(stream);
  }

  /** The series' value at the time of `reported`, whose instance has just reported `value`. */
  add(reported: Stream, value: number): SliceCounts {
    const instances = this.#instances(reported.seriesId);
    instances.add(reported);
    let sum = value;
    for (const stream of instances) {
      if (stream === reported) continue;
      if (stream.timeMs >= reported.timeMs - aliveMs) sum += stream.value.sum;
      else instances.delete(stream);
    }
    return { counts: [], sum, max: sum };
  }

  /** The series' value without this instance, which has ended; null when there is no other. */
  remove(ended: Stream): SliceCounts | null {
    const instances = this.#instances(ended.seriesId);
    instances.delete(ended);
    let sum: number | null = null;
    for (const stream of instances) if (stream.timeMs >= ended.timeMs - aliveMs) sum = (sum ?? 0) + stream.value.sum;
    return sum === null ? null : { counts: [], sum, max: sum };
  }

  #instances(seriesId: number): Set<Stream> {
    let instances = this.#series.get(seriesId);
    if (instances === undefined) {
      instances = new Set();
      this.#series.set(seriesId, instances);
    }
    return instances;
  }
}

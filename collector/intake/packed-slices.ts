/** The slices of a commit in one piece of memory, which goes from thread to thread without being walked or copied. */
import type { Slice } from '../../src/kernel/series.ts';
import type { CommitNotice } from './notice.ts';

/** A notice on its way between threads; `packed` may be transferred. */
export interface PackedNotice extends Omit<CommitNotice, 'slices'> {
  readonly packed: Float64Array<ArrayBuffer>;
}

/** Series, start, duration, sum, maximum (NaN = none), number of counts; the counts follow. */
const headLength = 6;

export function packNotice({ slices, ...rest }: CommitNotice): PackedNotice {
  let length = 0;
  for (const { counts } of slices) length += headLength + counts.length;
  const packed = new Float64Array(length);
  let at = 0;
  for (const { seriesId, startMs, durationMs, sum, max, counts } of slices) {
    packed[at] = seriesId;
    packed[at + 1] = startMs;
    packed[at + 2] = durationMs;
    packed[at + 3] = sum;
    packed[at + 4] = max ?? Number.NaN;
    packed[at + 5] = counts.length;
    at += headLength;
    for (let index = 0; index < counts.length; index += 1) packed[at + index] = counts[index] ?? 0;
    at += counts.length;
  }
  return { ...rest, packed };
}

/** Exactly what was packed. */
export function unpackNotice({ packed, ...rest }: PackedNotice): CommitNotice {
  const slices: Slice[] = [];
  for (let at = 0; at < packed.length; ) {
    const [seriesId = 0, startMs = 0, durationMs = 0] = [packed[at], packed[at + 1], packed[at + 2]];
    const sum = packed[at + 3] ?? 0;
    const max = packed[at + 4] ?? Number.NaN;
    const counts = new Array<number>(packed[at + 5] ?? 0);
    at += headLength;
    for (let index = 0; index < counts.length; index += 1) counts[index] = packed[at + index] ?? 0;
    at += counts.length;
    slices.push({ seriesId, startMs, durationMs, counts, sum, max: Number.isNaN(max) ? null : max });
  }
  return { ...rest, slices };
}

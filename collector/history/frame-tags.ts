/** Works out from stored spans the tags under which they are found. */
import { attribute } from '../../src/kernel/conventions.ts';
import { textOf } from './span-attributes.ts';
import type { SpanRanges } from './span-ranges.ts';
import { ProtoReader } from './span-wire.ts';
import { textTag, traceTag } from './tags.ts';

const correlationKey = Buffer.from(attribute.correlationId);

/** Of the trace ids and correlation IDs of these spans (all of them by default), each once. @throws OTLP_MALFORMED */
export function tagsOf(bytes: Buffer, ranges: SpanRanges, spans?: readonly number[]): Uint32Array {
  const tags = new Set<number>();
  const reader = new ProtoReader(bytes, 0, 0);
  const read = (index: number): void => {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    while (reader.next()) {
      if (reader.field === 1 && reader.to - reader.from === 16) tags.add(traceTag(bytes, reader.from));
      else if (reader.field === 9) {
        const text = textOf(reader.message(), correlationKey);
        if (text === null) continue;
        const correlation = Buffer.from(text);
        tags.add(textTag(correlation, 0, correlation.length));
      }
    }
  };
  if (spans !== undefined) for (const index of spans) read(index);
  else for (let index = 0; index < ranges.count; index += 1) read(index);
  return Uint32Array.from(tags);
}

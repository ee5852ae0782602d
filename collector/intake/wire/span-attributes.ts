/** All attributes of one scanned span, for the mapping rules of telemetry that names no domain. */
import { type Attributes, readAttributes } from './attributes.ts';
import type { SpanTable } from './span-table.ts';
import { WireReader } from './wire-reader.ts';

/** `body` is the one that `table` was scanned from. Empty when the attributes of this span cannot be read. */
export function spanAttributes(body: Uint8Array, table: SpanTable, row: number): Attributes {
  const reader = new WireReader(body);
  reader.at = table.messageAt[row] ?? 0;
  try {
    return readAttributes(reader, table.recordEnd[row] ?? 0, 9);
  } catch {
    return new Map();
  }
}

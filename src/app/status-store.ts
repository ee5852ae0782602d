/** What is stored, what room there is, and what retention has ended, as the status says it. */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Collector } from '../../collector/index.ts';
import type { StatusAnswer } from '../contract/index.ts';
import { isoOrNull } from './status-intake.ts';

/** `limitBytes` is what the database may take. */
export function storeStatus(collector: Collector, file: string, limitBytes: number): StatusAnswer['store'] {
  const storage = collector.reader.storage();
  const walBytes = sizeOf(`${file}-wal`);
  const { expiredSpans, evictedSpans, keptSpans } = collector.stats();
  const unreadable = collector.traces.unreadable();
  return {
    path: file,
    bytes: sizeOf(file) + walBytes,
    series: collector.reader.series().length,
    traces: null,
    tracesReason:
      'spans of one trace lie in many frames, and telling traces apart would mean to read them all; spans are counted',
    oldest: isoOrNull(storage.oldestMs),
    spans: storage.spans,
    logRecords: collector.reader.logStorage().records,
    walBytes,
    freeBytes: freeBytesBeside(file),
    limitBytes,
    retired: { expiredSpans, evictedSpans, keptSpans },
    unreadable:
      unreadable === null
        ? null
        : { frames: unreadable.frames, spans: unreadable.spans, sentence: unreadable.sentence },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What this user may still write; null where the system does not say. */
function freeBytesBeside(file: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return null;
  }
}

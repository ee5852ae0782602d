/** When a signal was last heard of, looked up once however many objectives read it. */
import type { Freshness, HistoryReader } from '../../collector/index.ts';
import { hourMs, minuteMs } from '../kernel/duration.ts';
import type { SeriesSource } from '../kernel/series.ts';

/** A point further ahead came while the clock was wrong; the intake takes none. */
const aheadMs = 5 * minuteMs;

/** Answers for one moment, `nowMs` (Unix ms). A point of a time to come says nothing: the newest slice seen before counts instead. */
export function freshnessAt(
  reader: HistoryReader,
  nowMs: number,
): (signal: string, source: SeriesSource) => Freshness | null {
  const known = new Map<string, Freshness | null>();
  return (signal, source) => {
    const key = `${source} ${signal}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const stored = reader.freshness(signal, source);
    const fresh =
      stored === null || stored.lastPointMs <= nowMs + aheadMs ? stored : seenBefore(signal, source, stored);
    known.set(key, fresh);
    return fresh;
  };

  function seenBefore(signal: string, source: SeriesSource, { intervalMs }: Freshness): Freshness | null {
    const last = reader.presence(signal, source, nowMs - hourMs, nowMs + aheadMs).at(-1);
    return last === undefined ? null : { lastPointMs: last.startMs + last.durationMs, intervalMs };
  }
}

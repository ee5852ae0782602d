/** Asks for the calls that stored spans tell of, not more often than they are worth it: the map is drawn again and again. */
import type { AsyncTraceReader, SpanEdges } from '../../collector/index.ts';
import { sliceMs } from '../kernel/conventions.ts';
import { minuteMs } from '../kernel/duration.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

interface Asked {
  readonly atMs: number;
  readonly answer: Promise<SpanEdges | null>;
  /** Until the answer is there, nobody asks again. */
  keepMs: number;
}

/** So many are read in some 50 ms. */
const fewSpans = 20_000;
/** Windows whose answers are kept; the console offers four. */
const mostWindows = 8;

/** Of the last `minutes` before the watermark; null when the spans cannot be read: the map has its exact part all the same. */
export function createSpanEdges(
  traces: Pick<AsyncTraceReader, 'spanEdges'>,
  watermarkMs: () => number,
  log: Log,
): (minutes: number) => Promise<SpanEdges | null> {
  const windows = new Map<number, Asked>();
  const ask = (minutes: number, toMs: number): Asked => {
    const found = traces.spanEdges({ fromMs: toMs - minutes * minuteMs, toMs }).then(
      (told) => {
        asked.keepMs = told.spans < fewSpans ? sliceMs.fine : 3 * sliceMs.fine;
        return told;
      },
      (error: unknown) => {
        asked.keepMs = 3 * sliceMs.fine;
        log.warn({ minutes }, `the map lacks the calls that only traces tell of: ${messageOf(error)}`);
        return null;
      },
    );
    const asked: Asked = { atMs: toMs, answer: found, keepMs: Number.POSITIVE_INFINITY };
    return asked;
  };
  return (minutes) => {
    const toMs = watermarkMs();
    const known = windows.get(minutes);
    if (known !== undefined && toMs >= known.atMs && toMs < known.atMs + known.keepMs) return known.answer;
    const asked = ask(minutes, toMs);
    windows.delete(minutes);
    windows.set(minutes, asked);
    for (const oldest of windows.keys()) if (windows.size > mostWindows) windows.delete(oldest);
    return asked.answer;
  };
}

/**
 * Says that nothing happened when nothing did: pages report only when somebody loads or clicks, and a stretch in which the intake
 * listened and nobody came is not a hole in what is known.
 */
import type { Clock } from '../../../src/kernel/clock.ts';
import { sliceMs } from '../../../src/kernel/conventions.ts';
import { hourMs } from '../../../src/kernel/duration.ts';
import { messageOf } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { repeat } from '../../../src/kernel/schedule.ts';
import { emptyPoint, type TimingPoint, timingsBody } from './convert-timings.ts';
import type { FaroIntakeOptions } from './options.ts';

/** Signals that nobody has sent for this long are unknown again: no page may be able to reach us any more. */
const listenedForMs = hourMs;

interface Heard {
  readonly serviceName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix ms. */
  lastMs: number;
}

/** The running report. */
export interface Listening {
  /** Notes what a page has sent. */
  readonly hear: (serviceName: string, points: readonly TimingPoint[]) => void;
  /** Reports once; called every 10 s. */
  readonly report: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createListening(receive: FaroIntakeOptions['receive'], clock: Clock, log: Log): Listening {
  const heard = new Map<string, Heard>();
  let reportedMs = clock.nowMs();
  const report = async (): Promise<void> => {
    const nowMs = clock.nowMs();
    const sinceMs = Math.min(reportedMs, nowMs);
    reportedMs = nowMs;
    const points = new Map<string, TimingPoint[]>();
    for (const [signal, { serviceName, labels, lastMs }] of heard) {
      if (nowMs - lastMs > listenedForMs) heard.delete(signal);
      else {
        const point = { ...emptyPoint(signal, labels, nowMs), startMs: Math.min(Math.max(sinceMs, lastMs), nowMs) };
        points.set(serviceName, [...(points.get(serviceName) ?? []), point]);
      }
    }
    for (const [serviceName, some] of points) {
      await receive({ telemetry: 'metrics', body: timingsBody(serviceName, some, `listening since ${sinceMs}`) });
    }
  };
  const reporting = repeat(sliceMs.fine, report, (error) =>
    log.debug({ reason: messageOf(error) }, 'the faro intake could not say that it listens'),
  );
  const hear = (serviceName: string, points: readonly TimingPoint[]): void => {
    for (const { signal, labels } of points) heard.set(signal, { serviceName, labels, lastMs: clock.nowMs() });
  };
  return { hear, report, close: reporting.close };
}

/** What came in, how fast, and what was refused, as the status says it. */
import { hintOf, type IntakeStats } from '../../collector/index.ts';
import type { StatusAnswer } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';

type IntakeStatus = StatusAnswer['intake'];
type Counts = Readonly<Record<string, number>>;

/** What pages sent, by their own intake. */
export interface PageStats {
  readonly deduplicated: number;
  readonly rejected: Counts;
  readonly rejectedRecords: Counts;
}

export function intakeStatus(stats: IntakeStats, pages: PageStats, maxInFlightBytes: number): IntakeStatus {
  const { spans, points, logs, bodies, bytes, repeatedBodies, latePoints, overflowed } = stats;
  const { traces, metrics, logs: logBodies } = stats.lastBodyMs;
  return {
    ...{ spans, points, logs, bodies, bytes, repeatedBodies, latePoints, overflowed, maxInFlightBytes },
    rejected: [...reasonsOf(stats.rejected), ...reasonsOf(pages.rejected, 'faro_')],
    overflow: [...stats.overflow],
    spansPerSecond: stats.rates?.spans ?? null,
    rates: ratesOf(stats.rates),
    lastBodyAt: { traces: isoOrNull(traces), metrics: isoOrNull(metrics), logs: isoOrNull(logBodies) },
    inFlightBytes: stats.queueBytes,
    refused: stats.refused.map(({ way, reason, count, lastMs }) => ({
      ...{ way, reason, count },
      ...{ lastAt: isoTime(lastMs), hint: hintOf(reason) },
    })),
    refusedSenders: stats.refusedSenders.map(({ sender, count, reasons, lastMs }) => ({
      ...{ sender, count, lastAt: isoTime(lastMs) },
      reasons: reasons.map(([reason, some]) => ({ reason, count: some })),
    })),
    rejectedRecords: [
      ...stats.rejectedRecords.map((one) => ({ ...one, hint: hintOf(one.reason) })),
      ...reasonsOf(pages.rejectedRecords).map((one) => ({ ...one, signal: 'faro', hint: hintOf(one.reason) })),
    ],
    deduplicated: pages.deduplicated,
  };
}

/** Null stays null. */
export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}

function ratesOf(rates: IntakeStats['rates']): IntakeStatus['rates'] {
  if (rates === null) return null;
  const { spans, points, logs, bytes, overMs } = rates;
  return { spansPerSecond: spans, pointsPerSecond: points, logRecordsPerSecond: logs, bytesPerSecond: bytes, overMs };
}

function reasonsOf(counts: Counts, prefix = ''): IntakeStatus['rejected'] {
  return Object.entries(counts).map(([reason, count]) => ({ reason: `${prefix}${reason}`, count }));
}

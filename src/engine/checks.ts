/** The checklist items that telemetry can answer by itself. */
import type { HistoryReader } from '../../collector/index.ts';
import { metric } from '../kernel/conventions.ts';
import type { CheckResult } from '../readiness/index.ts';

/** Present is true; absent is unknown, because nothing seen proves nothing. */
export function answerChecks(reader: HistoryReader): readonly CheckResult[] {
  const isCounted = reader.series().some((series) => series.signal === metric.eventDeadLetter);
  const isTraced = reader.storage().spans > 0;
  return [
    { id: 'tracing', value: isTraced ? true : null, reason: isTraced ? null : 'no span has arrived' },
    {
      id: 'dead-letter-queues',
      value: isCounted ? true : null,
      reason: isCounted ? null : `no ${metric.eventDeadLetter} was ever reported, which proves neither`,
    },
  ];
}

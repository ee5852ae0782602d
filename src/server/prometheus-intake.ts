/** Of the own Prometheus page: what came in, what was refused and left out, what is stored, read and sent on. Pure. */
import type { StatusAnswer } from '../contract/index.ts';
import { ownMetric } from '../kernel/conventions.ts';
import { family, type Sample } from './prometheus-text.ts';

/** The parts of the status that are shown; labels are bounded there: 32 senders, closed lists of reasons, the configured targets. */
export type IntakeMetrics = Pick<StatusAnswer, 'intake' | 'store' | 'scrape' | 'forward'>;

export function intakeFamilies({ intake, store }: IntakeMetrics): string[] {
  return [...takenFamilies(intake), ...refusedFamilies(intake), ...storeFamilies(store)];
}

/** `nowMs` is Unix ms. */
export function streamFamilies({ scrape, forward }: IntakeMetrics, nowMs: number): string[] {
  return [...scrapeFamilies(scrape), ...forwardFamilies(forward, nowMs)];
}

function takenFamilies(intake: StatusAnswer['intake']): string[] {
  const { spans, points, logs, bytes, repeatedBodies, latePoints, deduplicated, inFlightBytes, lastBodyAt } = intake;
  return [
    family(ownMetric.intakeSpans, 'counter', 'Spans taken in.', [[{}, spans]]),
    family(ownMetric.intakePoints, 'counter', 'Metric points taken in.', [[{}, points]]),
    family(ownMetric.intakeLogs, 'counter', 'Log records taken in.', [[{}, logs]]),
    family(ownMetric.intakeBytes, 'counter', 'Bytes of telemetry taken in.', [[{}, bytes]]),
    family(
      ownMetric.intakeRepeatedBodies,
      'counter',
      'Bodies that had been taken in before and were not counted again.',
      [[{}, repeatedBodies]],
    ),
    family(ownMetric.intakeLatePoints, 'counter', 'Points that came after their slice was judged; they correct it.', [
      [{}, latePoints],
    ]),
    family(ownMetric.intakeDeduplicated, 'counter', 'Records that web pages sent twice and that count once.', [
      [{}, deduplicated],
    ]),
    family(ownMetric.intakeInFlightBytes, 'gauge', 'Bytes of bodies that were begun and not yet answered.', [
      [{}, inFlightBytes],
    ]),
    family(
      ownMetric.intakeLastBody,
      'gauge',
      'Unix time at which the last body of a signal was stored; absent before the first.',
      Object.entries(lastBodyAt).map(([signal, at]): Sample => [{ signal }, secondsAt(at)]),
    ),
  ];
}

function refusedFamilies({ rejected, refused, refusedSenders, ...intake }: StatusAnswer['intake']): string[] {
  return [
    family(
      ownMetric.intakeRejected,
      'counter',
      'Bodies refused and records left out together, by reason.',
      rejected.map(({ reason, count }): Sample => [{ reason }, count]),
    ),
    family(
      ownMetric.intakeRefused,
      'counter',
      'Bodies of which nothing was stored, by the way they came and reason.',
      refused.map(({ way, reason, count }): Sample => [{ way, reason }, count]),
    ),
    family(
      ownMetric.intakeRefusedBySender,
      'counter',
      'Bodies of which nothing was stored, by sender and reason: the 32 most refused, and all others together.',
      refusedSenders.flatMap(({ sender, reasons }) =>
        reasons.map(({ reason, count }): Sample => [{ sender, reason }, count]),
      ),
    ),
    family(
      ownMetric.intakeRejectedRecords,
      'counter',
      'Records left out of bodies that were stored, by signal and reason.',
      intake.rejectedRecords.map(({ signal, reason, count }): Sample => [{ signal, reason }, count]),
    ),
    family(ownMetric.intakeOverflowed, 'counter', 'Records that found no room for a series of their own.', [
      [{}, intake.overflowed],
    ]),
    family(
      ownMetric.intakeOverflow,
      'gauge',
      'Label sets of a signal among the last 20 that found no room and are counted together.',
      overflowBySignal(intake.overflow),
    ),
  ];
}

function overflowBySignal(overflow: StatusAnswer['intake']['overflow']): readonly Sample[] {
  const signals = new Map<string, number>();
  for (const { signal } of overflow) signals.set(signal, (signals.get(signal) ?? 0) + 1);
  return [...signals].map(([signal, count]): Sample => [{ signal }, count]);
}

function storeFamilies({
  bytes,
  walBytes,
  freeBytes,
  limitBytes,
  retired,
  unreadable,
}: StatusAnswer['store']): string[] {
  return [
    family(ownMetric.storeBytes, 'gauge', 'Size of the database file and its log.', [[{}, bytes]]),
    family(ownMetric.storeWalBytes, 'gauge', 'Size of the write-ahead log of the database.', [[{}, walBytes]]),
    family(ownMetric.storeFreeBytes, 'gauge', 'Bytes that are free on the disk of the database.', [[{}, freeBytes]]),
    family(ownMetric.storeLimitBytes, 'gauge', 'What the database may take, without its log.', [[{}, limitBytes]]),
    family(ownMetric.retiredSpans, 'counter', 'Spans by what retention did with them.', [
      [{ outcome: 'expired' }, retired.expiredSpans],
      [{ outcome: 'evicted' }, retired.evictedSpans],
      [{ outcome: 'kept' }, retired.keptSpans],
    ]),
    family(ownMetric.unreadableFrames, 'gauge', 'Stored frames that are damaged and left out of answers.', [
      [{}, unreadable?.frames ?? 0],
    ]),
  ];
}

function scrapeFamilies(scrape: StatusAnswer['scrape']): string[] {
  const isUp = { up: 1, down: 0, unknown: null } as const;
  return [
    family(
      ownMetric.scrapeUp,
      'gauge',
      'Whether the metrics page of a target could be read; absent before the first time.',
      scrape.map((one): Sample => [{ target: one.url }, isUp[one.state]]),
    ),
    family(
      ownMetric.scrapes,
      'counter',
      'Metrics pages of a target by what became of them.',
      scrape.flatMap(({ url: target, reads: { stored, failed, notStored } }): Sample[] => [
        [{ target, outcome: 'stored' }, stored],
        [{ target, outcome: 'failed' }, failed],
        [{ target, outcome: 'not_stored' }, notStored],
      ]),
    ),
  ];
}

function forwardFamilies(forward: StatusAnswer['forward'], nowMs: number): string[] {
  const of = ({ id, lane }: StatusAnswer['forward'][number]) => ({ target: id, lane });
  const outcomes = forward.flatMap((one) => one.outcomes.map((outcome) => ({ labels: of(one), ...outcome })));
  return [
    family(
      ownMetric.forwardWaiting,
      'gauge',
      'Bytes that wait on disk for a target of forwarding.',
      forward.map((one): Sample => [of(one), one.waitingBytes]),
    ),
    family(
      ownMetric.forwardOldest,
      'gauge',
      'For how long the oldest body has waited for a target; 0 when none waits.',
      forward.map((one): Sample => [of(one), waitedSeconds(one, nowMs)]),
    ),
    family(
      ownMetric.forwardRetries,
      'counter',
      'Tries that ended with another one to come.',
      forward.map((one): Sample => [of(one), one.retries]),
    ),
    family(
      ownMetric.forwardBodies,
      'counter',
      'Bodies by what became of them: sent, queue_full (dropped), http_… (refused for good).',
      outcomes.map(({ labels, outcome, bodies }): Sample => [{ ...labels, outcome }, bodies]),
    ),
    family(
      ownMetric.forwardRecords,
      'counter',
      'Samples by what became of them, and records of any kind that a target left out (rejected_by_receiver).',
      outcomes.map(({ labels, outcome, records }): Sample => [{ ...labels, outcome }, records]),
    ),
  ];
}

function waitedSeconds({ waiting, oldestWaitingAt }: StatusAnswer['forward'][number], nowMs: number): number | null {
  if (waiting === 0) return 0;
  return oldestWaitingAt === null ? null : Math.max(0, nowMs - Date.parse(oldestWaitingAt)) / 1_000;
}

function secondsAt(at: string | null): number | null {
  return at === null ? null : Date.parse(at) / 1_000;
}

/** Alerting as a whole: evaluations in, persisted state and notifications out. */
import type { AlertAnswer, SilenceAnswer, SilenceRequest, StatusAnswer } from '../src/contract/index.ts';
import type { AlertSignal } from './alert-record.ts';
import { answerAlerts } from './answers.ts';
import type { Announcement } from './changes.ts';
import { type AlertingOptions, RunningAlerts } from './running-alerts.ts';
import type { SinkCounts } from './sender.ts';

/** Alerts, silences and notifications of one instance. */
export interface Alerting {
  /**
   * One evaluation of all rules; resolves when state and intents are on disk, then sending starts on its own. `nowMs` is Unix ms. When
   * the store refuses, that is logged, state and intents are kept in memory and written with the next change, and people are told.
   */
  readonly evaluate: (signals: readonly AlertSignal[], nowMs: number) => Promise<void>;
  /** Open ones first (pages before tickets), then those resolved in the last 7 days. */
  readonly alerts: () => readonly AlertAnswer[];
  /** @throws NOT_FOUND, INVALID_REQUEST when it is not firing */
  readonly acknowledge: (id: string, by: string) => Promise<AlertAnswer>;
  /** The active and coming ones first, then those ended in the last 7 days. */
  readonly silences: () => readonly SilenceAnswer[];
  /** @throws INVALID_REQUEST */
  readonly addSilence: (request: SilenceRequest) => Promise<SilenceAnswer>;
  /** @throws NOT_FOUND */
  readonly endSilence: (id: string) => Promise<SilenceAnswer>;
  /** Something happened that is no alert: told as a change, which wakes nobody. Goes where severity info is routed. */
  readonly announce: (change: Announcement) => Promise<void>;
  readonly sinks: () => StatusAnswer['sinks'];
  /** Attempts since the start, for the metrics. */
  readonly counts: () => readonly SinkCounts[];
  /** Resolves when nothing is due at the clock's present time any more. */
  readonly settled: () => Promise<void>;
  readonly start: () => void;
  /** Ends attempts in progress; what is queued goes on after the next start. */
  readonly close: () => Promise<void>;
}

/** Starts from what is stored; sends nothing before the first evaluation or `start`. */
export function createAlerting(options: AlertingOptions): Alerting {
  const running = new RunningAlerts(options);
  return {
    evaluate: (signals, nowMs) => running.evaluate(signals, nowMs),
    alerts: () => answerAlerts(running.book, options.instanceId),
    acknowledge: (id, by) => running.acknowledge(id, by),
    silences: () => running.silences(),
    addSilence: (request) => running.addSilence(request),
    endSilence: (id) => running.endSilence(id),
    announce: (change) => running.announce(change),
    sinks: () => running.sinks(),
    counts: () => running.sender.counts(),
    settled: () => running.settled(),
    start: () => running.start(),
    close: () => running.close(),
  };
}

/**
 * The one delivery worker of the monolith, and its bottleneck (S0 §3, P1 "fan-out write pattern").
 *
 * Events are taken at once, but their notices leave through a single loop that waits about 20 ms for the real-time provider
 * before it turns to the next recipient: 50 notices a second, whoever they are for. A post whose author rang the bell of 335
 * followers holds the loop for 6 to 7 s, and a like that happens meanwhile waits behind it. The loop is idle again before the
 * next popular post, so delays come and go and do not grow. Nothing here sleeps to look slow: more workers, or a service of
 * its own that scales with the fan-out, is what makes it fast.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Log, messageOf, pause } from '../platform/index.ts';
import type { Notifications } from './notifications.ts';

/** `add` returns at once; the delivery carries the correlation and trace of the caller. */
export interface DeliveryWorker {
  readonly add: (eventId: string) => void;
  /** Events that wait, the one in progress included. */
  readonly backlog: () => number;
  /** Resolves when nothing waits any more. */
  readonly idle: () => Promise<void>;
}

/** Tries per event before its notices count as never seen. */
const tries = 5;
/** S0 §4.2, trigger P1: in-app delivery of more than 5 s. */
const lateMs = 5_000;

/** A worker with nothing to do. After `signal` aborts it no longer waits between tries. */
export function createDeliveryWorker(
  notifications: Pick<Notifications, 'deliver' | 'giveUp'>,
  log: Log,
  signal: AbortSignal,
): DeliveryWorker {
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;
  const deliver = async (eventId: string): Promise<void> => {
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        return await notifications.deliver(eventId);
      } catch (error) {
        log.warn({ eventId, attempt }, `notices were not delivered: ${messageOf(error)}`);
        if (attempt < tries) await pause(100 * 2 ** (attempt - 1), signal);
      }
    }
    await notifications.giveUp(eventId).catch((error: unknown) => {
      log.error({ eventId }, `notices were given up and not counted: ${messageOf(error)}`);
    });
  };
  return {
    add: (eventId) => {
      const inCallersContext = AsyncLocalStorage.snapshot();
      const addedAt = performance.now();
      const ahead = waiting;
      waiting += 1;
      tail = tail.then(async () => {
        inCallersContext(sayWait, log, ahead, performance.now() - addedAt);
        await inCallersContext(deliver, eventId);
        waiting -= 1;
      });
    },
    backlog: () => waiting,
    idle: async () => {
      while (waiting > 0) await tail;
    },
  };
}

/** Told in the correlation of the cause: this line is how a late notice explains itself. */
function sayWait(log: Log, ahead: number, waitedMs: number): void {
  const fields = { ahead, waitedMs: Math.round(waitedMs) };
  const text = `delivery begins after ${Math.round(waitedMs)} ms behind ${ahead} other events`;
  if (waitedMs >= lateMs) log.warn(fields, text);
  else log.debug(fields, text);
}

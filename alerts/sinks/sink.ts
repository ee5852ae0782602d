/** What a sink is: something that can be told. One file a kind. */

import type { SinkProfile } from '../incidents.ts';
import type { AlertFacts, NotificationMessage } from '../message.ts';
import type { SendOutcome } from '../outbox.ts';

/** A place that takes notifications. Neither call throws; a failure is an outcome, and its reason is free of secrets. */
export interface Sink extends SinkProfile {
  readonly kind: string;
  /** One attempt. `signal` ends it early; `delivery` is the same for each attempt at the same message. */
  readonly send: (message: NotificationMessage, delivery: Delivery) => Promise<SendOutcome>;
  /** Repeats what is open, for a sink that forgets; null for those that do not. */
  readonly refresh: ((alerts: readonly AlertFacts[], delivery: Delivery) => Promise<SendOutcome>) | null;
}

export interface Delivery {
  readonly id: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** What every sink needs of the outside. `publicUrl` has no trailing slash. */
export interface SinkSurroundings {
  readonly instanceId: string;
  readonly publicUrl: string;
  readonly version: string;
  /** Of all sinks; cut out of whatever is quoted from an answer. */
  readonly secrets: readonly string[];
  readonly fetch: typeof globalThis.fetch;
}

/** The first `length` code points; what is cut ends in `…`. Never splits a character. */
export function clip(text: string, length: number): string {
  const points = [...text];
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}

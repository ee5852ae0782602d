/** What one step of a run works with, and what it gives back. */

import type { Clock } from '../src/kernel/clock.ts';
import { header, probeTraceState } from '../src/kernel/conventions.ts';
import { type RandomBytes, toHex } from '../src/kernel/ids.ts';
import type { Network } from './network.ts';

/** One step's own means; `signal` ends when its time is up. */
export interface StepTools {
  readonly clock: Clock;
  readonly network: Network;
  readonly signal: AbortSignal;
  /** Correlation and trace of this step, for its requests. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Attributes of a step's span that no convention of OpenTelemetry names. */
export const stepAttribute = {
  step: 'seam.probe_step',
  tries: 'seam.probe_tries',
  daysLeft: 'seam.probe_days_left',
} as const;

/** Facts about a step for its span, such as `http.response.status_code`. */
export type StepFacts = Readonly<Record<string, string | number>>;

/** A failed step is a value: `reason` is a sentence without a full stop. */
export type StepOutcome =
  | { readonly ok: true; readonly facts: StepFacts }
  | { readonly ok: false; readonly reason: string; readonly facts: StepFacts };

/** Who a run is: ids are lower-case hex, `run` is short and unique. */
export interface RunIdentity {
  readonly run: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly correlationId: string;
}

/** The headers of every request that a step makes; the step's span is the parent of what the server does. */
export function traceHeaders(
  identity: RunIdentity,
  stepSpanId: string,
  version: string,
): Readonly<Record<string, string>> {
  return {
    [header.traceparent]: `00-${identity.traceId}-${stepSpanId}-01`,
    [header.tracestate]: probeTraceState,
    [header.correlationId]: identity.correlationId,
    'user-agent': `seamwatch-probe/${version}`,
  };
}

/** A step that went well. */
export function passed(facts: StepFacts = {}): StepOutcome {
  return { ok: true, facts };
}

/** A step that did not. */
export function failed(reason: string, facts: StepFacts = {}): StepOutcome {
  return { ok: false, reason, facts };
}

/** So many bytes as hex, never all zero, which no trace may be. */
export function randomHex(bytes: number, randomBytes: RandomBytes): string {
  const target = new Uint8Array(bytes);
  randomBytes(target);
  if (target.every((byte) => byte === 0)) target[bytes - 1] = 1;
  return toHex(target);
}

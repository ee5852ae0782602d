/** The door of the intake for who is no HTTP request: the control plane's own parts, gRPC, Faro, scraping. The same writer. */

import { AppError } from '../../src/kernel/errors.ts';
import type { Admission } from './admission.ts';
import { slotBytes } from './buffer-pool.ts';
import type { IntakeLimits } from './options.ts';
import { errorOf } from './refusal.ts';
import type { WriterClient } from './writer-client.ts';
import type { Encoding, MetricSource, TelemetryKind } from './writer-messages.ts';

/** One OTLP export request, decompressed. Text is JSON; bytes are protobuf unless `encoding` says otherwise. */
export interface HandedTelemetry {
  readonly telemetry: TelemetryKind;
  readonly body: string | Uint8Array;
  readonly encoding?: Encoding | undefined;
  /** What metric points are counted as; default `metrics`. */
  readonly source?: MetricSource | undefined;
  /** May hold points older than 1 h; default false. */
  readonly mayBackfill?: boolean | undefined;
  /** Whose share of the intake this uses; absent: that of all who do not say. What probes say is never refused. */
  readonly caller?: string | undefined;
}

/** What handed telemetry passes through. */
export interface HandingParts {
  readonly client: WriterClient;
  readonly limits: IntakeLimits;
  readonly admission: Admission;
  readonly count: (reason: string) => void;
}

/** Everything but `rejected` records is on disk; `reason` says why those are not. */
export interface Received {
  readonly rejected: number;
  readonly reason: string;
}

/**
 * Resolves when it is on disk.
 * @throws PAYLOAD_TOO_LARGE, OTLP_MALFORMED, UNAVAILABLE, OVERLOADED when nothing was stored
 */
export function receiveHanded(parts: HandingParts, handed: HandedTelemetry): Promise<Received> {
  const { client, limits, admission, count } = parts;
  const { telemetry, body, source = 'metrics', mayBackfill = false, caller = 'handed' } = handed;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (length > limits.maxBodyBytes) {
    const message = `${telemetry} of ${length} bytes are more than ${limits.maxBodyBytes}; hand them over in parts`;
    count('too_large');
    return Promise.reject(new AppError('PAYLOAD_TOO_LARGE', message));
  }
  const isOwn = source === 'probe';
  const holding = admission.hold(caller, isOwn);
  const refusal = (isOwn ? null : admission.admit(caller)) ?? holding.grow(slotBytes(length));
  if (refusal !== null) {
    count(refusal.reason);
    return Promise.reject(errorOf(refusal));
  }
  holding.charge(length);
  const slot = client.pool.take(length);
  if (typeof body === 'string') slot.bytes.write(body);
  else slot.bytes.set(body);
  const encoding = handed.encoding ?? (typeof body === 'string' ? 'json' : 'protobuf');
  holding.sent();
  return new Promise((resolve, reject) => {
    client.sendBody({ telemetry, encoding, source, mayBackfill, slot, length }, ({ failure, rejected, reason }) => {
      holding.release();
      if (failure === null) resolve({ rejected, reason });
      else reject(new AppError(failure.code, failure.message, { details: failure.details }));
    });
  });
}

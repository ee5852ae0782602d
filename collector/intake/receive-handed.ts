/** The door of the intake for who is no HTTP request: the control plane's own parts, gRPC, Faro, scraping. The same writer. */

import { AppError } from '../../src/kernel/errors.ts';
import { loopIn } from '../forward/index.ts';
import type { Admission } from './admission.ts';
import { slotBytes } from './buffer-pool.ts';
import type { Ledger } from './ledger.ts';
import type { IntakeLimits } from './options.ts';
import { errorOf, type Refusal, refusalOf, refuseFor } from './refusal.ts';
import type { WayIn } from './refused-book.ts';
import type { WriterClient } from './writer-client.ts';
import type { Encoding, MetricSource, TelemetryKind, WriterReply } from './writer-messages.ts';

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
  /** How it came in; default `own`. Of `faro`, what is refused is counted by who hands it on. */
  readonly way?: WayIn | undefined;
  /** Which installations have sent it on to here, as `readVia` gives it. */
  readonly via?: string | undefined;
}

/** What handed telemetry passes through. */
export interface HandingParts {
  readonly client: WriterClient;
  readonly limits: IntakeLimits;
  readonly admission: Admission;
  readonly ledger: Ledger;
  /** What this installation forwards under; null = it does not. */
  readonly forwardId: string | null;
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
  const { telemetry, body, source = 'metrics', caller = ownCaller, way = 'own', via = '' } = handed;
  const { admission, ledger, limits } = parts;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const isOwn = source === 'probe';
  const holding = admission.hold(caller, isOwn);
  const refuse = (refusal: Refusal): AppError => {
    const { reason, message } = refusal;
    if (way !== 'faro') ledger.refused({ way, reason, sender: caller, message });
    return errorOf(refusal);
  };
  const cap = isOwn ? limits.maxBodyBytes : holding.maxBodyBytes;
  if (length > cap) {
    const message = `${telemetry} of ${length} bytes are more than ${cap}; hand them over in parts`;
    return Promise.reject(refuse(refuseFor('too_large', message)));
  }
  const loop = loopIn(via, parts.forwardId);
  if (loop !== null) return Promise.reject(refuse(refuseFor('forward_loop', loop)));
  const refusal = (isOwn ? null : admission.admit(caller)) ?? holding.grow(slotBytes(length));
  if (refusal !== null) return Promise.reject(refuse(refusal));
  holding.charge(length);
  return store(parts, handed, length, () => holding.sent())
    .finally(() => holding.release())
    .then(({ failure, rejected, reason }) => {
      if (failure === null) {
        if (way !== 'own') ledger.stored(telemetry);
        return { rejected, reason };
      }
      refuse(refusalOf(failure));
      throw new AppError(failure.code, failure.message, { details: failure.details });
    });
}

/** The reply comes after the commit; `sent` is told when the writer has it. */
function store(
  { client }: HandingParts,
  { telemetry, body, source = 'metrics', mayBackfill = false, via, ...handed }: HandedTelemetry,
  length: number,
  sent: () => void,
): Promise<WriterReply> {
  const slot = client.pool.take(length);
  if (typeof body === 'string') slot.bytes.write(body);
  else slot.bytes.set(body);
  const encoding = handed.encoding ?? (typeof body === 'string' ? 'json' : 'protobuf');
  sent();
  return new Promise((resolve) => {
    client.sendBody({ telemetry, encoding, source, mayBackfill, slot, length, via }, resolve);
  });
}

/** Who hands something over without saying for whom: the control plane itself. */
const ownCaller = 'seamwatch';

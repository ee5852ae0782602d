/** The control plane's own door of the intake: no HTTP, the same writer. */
import { AppError } from '../../src/kernel/errors.ts';
import type { IntakeLimits } from './options.ts';
import type { WriterClient } from './writer-client.ts';
import type { TelemetryKind } from './writer-messages.ts';

/** Telemetry that the control plane makes itself, such as a probe's run; `body` is an OTLP/JSON export request. */
export interface OwnTelemetry {
  readonly telemetry: TelemetryKind;
  readonly body: string;
}

/** Resolves when everything in the body is on disk. @throws AppError when not, or when not all of it */
export function receiveOwn(client: WriterClient, limits: IntakeLimits, own: OwnTelemetry): Promise<void> {
  const { telemetry, body } = own;
  const length = Buffer.byteLength(body);
  if (length > limits.maxBodyBytes) {
    const message = `own ${telemetry} of ${length} bytes are more than ${limits.maxBodyBytes}; hand them over in parts`;
    return Promise.reject(new AppError('PAYLOAD_TOO_LARGE', message));
  }
  const slot = client.pool.take(length);
  slot.bytes.write(body);
  return new Promise((resolve, reject) => {
    client.sendBody(
      { telemetry, encoding: 'json', source: 'probe', mayBackfill: false, slot, length },
      ({ failure, rejected, reason }) => {
        if (failure !== null) reject(new AppError(failure.code, failure.message, { details: failure.details }));
        else if (rejected === 0) resolve();
        else
          reject(
            new AppError('INVALID_REQUEST', `own ${telemetry} not stored whole: ${reason}`, { details: { rejected } }),
          );
      },
    );
  });
}

/** grpc.health.v1: whether telemetry is taken in, for whoever balances or restarts. */
import { status } from '@grpc/grpc-js';
import { exportServices, type RawHandler } from './export-services.ts';
import { statusFor } from './grpc-status.ts';

export const healthService = 'grpc.health.v1.Health';

const known = new Set(['', ...Object.values(exportServices)]);
const serving = Buffer.from([0x08, 1]);
const notServing = Buffer.from([0x08, 2]);

/** Answers Check for the whole listener (no name) and for each export service. */
export function checkHealth(isServing: () => boolean): RawHandler {
  return (call, answer) => {
    const service = serviceOf(call.request);
    if (service === null) answer(statusFor(status.INVALID_ARGUMENT, 'the message is no HealthCheckRequest', null));
    else if (known.has(service)) answer(null, isServing() ? serving : notServing);
    else answer(statusFor(status.NOT_FOUND, 'there is no service of this name here', null));
  };
}

/** Field 1, a name below 128 bytes as ours all are; null for anything else. */
function serviceOf(request: Buffer): string | null {
  if (request.length === 0) return '';
  if (request[0] !== 0x0a || request[1] !== request.length - 2 || request.length > 129) return null;
  return request.toString('utf8', 2);
}

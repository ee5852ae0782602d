/** grpc.health.v1: whether telemetry is taken in, for whoever balances or restarts. */
import { AppError } from '../../../src/kernel/errors.ts';
import { exportServices } from './export-services.ts';

export const healthService = 'grpc.health.v1.Health';

const known = new Set(['', ...Object.values(exportServices)]);
const serving = Buffer.from([0x08, 1]);
const notServing = Buffer.from([0x08, 2]);

/** The answer for the whole listener (no name) or for one export service. @throws INVALID_REQUEST, NOT_FOUND */
export function checkHealth(request: Uint8Array, isServing: boolean): Buffer {
  const service = serviceOf(request);
  if (service === null) throw new AppError('INVALID_REQUEST', 'the message is no HealthCheckRequest');
  if (!known.has(service))
    throw new AppError('NOT_FOUND', 'there is no service of this name here; name an OTLP service or none');
  return isServing ? serving : notServing;
}

/** Field 1, a name below 128 bytes as ours all are; null for anything else. */
function serviceOf(request: Uint8Array): string | null {
  if (request.length === 0) return '';
  if (request[0] !== 0x0a || request[1] !== request.length - 2 || request.length > 129) return null;
  return Buffer.from(request.subarray(2)).toString();
}

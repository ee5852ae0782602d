/** How much one caller can make the server hold. */
import type { ServerLimits } from './dependencies.ts';

/** The defaults; telemetry bodies have their own bounds in the intake. */
export const defaultLimits: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  jsonBodyBytes: 65_536,
  liveClients: 64,
  liveBufferBytes: 262_144,
  heartbeatMs: 15_000,
  closeGraceMs: 400,
};

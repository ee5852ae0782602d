/** The header by which an installation knows what it has forwarded itself. */
import type { IncomingMessage } from 'node:http';

/** Carries the id of the installation that forwards. */
export const forwardedByHeader = 'x-seamwatch-forwarded-by';

/** True when the request was sent by the installation of this id; `null` forwards nothing. */
export function hasPassed(request: IncomingMessage, instanceId: string | null): boolean {
  return instanceId !== null && request.headers[forwardedByHeader] === instanceId;
}

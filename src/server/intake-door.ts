/** The way in for telemetry: host, origin and token are checked on the bare node:http request, then the intake has it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Auth } from './auth.ts';
import type { IntakeHandler, RefusedTelemetry } from './dependencies.ts';
import { toAppError } from './errors.ts';
import { checkHost, checkOrigin } from './host-check.ts';
import { sendRpcError } from './rpc-status.ts';

/** What every listener that takes telemetry shares. */
export interface IntakeDoor {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly auth: Auth;
  readonly intake: IntakeHandler;
  readonly log: Log;
  readonly onRefused?: ((refused: RefusedTelemetry) => void) | undefined;
}

/** True for `/v1` and everything below it. */
export function isIntakePath(url: string | undefined): boolean {
  return url !== undefined && /^\/v1(?:[/?]|$)/.test(url);
}

/** True for everything below `/faro/`. */
export function isFaroPath(url: string | undefined): boolean {
  return url?.startsWith('/faro/') === true;
}

/** Hands over what a page of the application sends: it is of another origin, so only the host is checked; never throws. */
export function admitPage(
  door: IntakeDoor,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  try {
    checkHost(request, door.host, door.allowedHosts);
    handle(request, response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else refuseTelemetry(door, request, response, error);
  }
}

/** Hands a request below `/v1` to the intake, or refuses it with a google.rpc.Status; never throws. */
export function admitTelemetry(door: IntakeDoor, request: IncomingMessage, response: ServerResponse): void {
  try {
    checkHost(request, door.host, door.allowedHosts);
    checkOrigin(request);
    door.intake(request, response, door.auth.requireIngest(request));
  } catch (error) {
    if (response.headersSent) response.destroy();
    else refuseTelemetry(door, request, response, error);
  }
}

/** The listener of a port that takes telemetry and nothing else. */
export function telemetryOnly(door: IntakeDoor): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (isIntakePath(request.url)) {
      admitTelemetry(door, request, response);
      return;
    }
    const message = `${request.url ?? ''} does not exist on this port; send OTLP to /v1/traces, /v1/metrics or /v1/logs`;
    refuseTelemetry(door, request, response, new AppError('NOT_FOUND', message));
  };
}

function refuseTelemetry(door: IntakeDoor, request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  const way = isFaroPath(request.url) ? 'faro' : 'http';
  const sender = request.socket.remoteAddress ?? 'unknown';
  const { code, message } = toAppError(thrown);
  door.onRefused?.({ reason: code.toLowerCase(), way, sender, message });
  sendRpcError(request, response, thrown, door.log);
}

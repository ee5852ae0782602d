/** The HTTP side of the intake: method, path, type, admission, body, and after the commit the reply. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../src/kernel/errors.ts';
import { createChunkReclaim } from './chunk-reclaim.ts';
import type { IntakeLimits } from './options.ts';
import { sendFailure, sendReply } from './reply.ts';
import { readBody } from './request-body.ts';
import type { WriterClient } from './writer-client.ts';
import type { Encoding, TelemetryKind } from './writer-messages.ts';

const telemetryOfPath: Readonly<Record<string, TelemetryKind>> = { '/v1/traces': 'traces', '/v1/metrics': 'metrics' };

/** Answers requests; `inFlightBytes` is what was admitted and not yet answered. */
export interface Receiver {
  readonly handle: (request: IncomingMessage, response: ServerResponse, mayBackfill: boolean) => void;
  readonly inFlightBytes: () => number;
}

interface Accepted {
  readonly telemetry: TelemetryKind;
  readonly encoding: Encoding;
  readonly isGzip: boolean;
}

/** One per collector. */
export function createReceiver(client: WriterClient, limits: IntakeLimits): Receiver {
  let inFlightBytes = 0;
  const reclaim = createChunkReclaim();
  const handle = (request: IncomingMessage, response: ServerResponse, mayBackfill: boolean): void => {
    const accepted = accept(request, limits);
    if (accepted instanceof AppError) {
      refuse(request, response, encodingOf(request) ?? 'json', accepted);
      return;
    }
    const { telemetry, encoding, isGzip } = accepted;
    let granted = 0;
    const mayGrow = (bytes: number): boolean => {
      if (inFlightBytes + bytes > limits.maxInFlightBytes) return false;
      inFlightBytes += bytes;
      granted += bytes;
      return true;
    };
    response.once('close', () => {
      inFlightBytes -= granted;
      granted = 0;
    });
    readBody(request, isGzip, { maxBodyBytes: limits.maxBodyBytes, mayGrow, reclaim }, client.pool, (body) => {
      if (body instanceof AppError) {
        refuse(request, response, encoding, body);
        return;
      }
      client.sendBody({ telemetry, encoding, source: 'metrics', mayBackfill, ...body }, (reply) =>
        sendReply(response, encoding, telemetry, reply),
      );
    });
  };
  return { handle, inFlightBytes: () => inFlightBytes };
}

/** What the headers say, or why the body need not be read. */
function accept(request: IncomingMessage, limits: IntakeLimits): Accepted | AppError {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const telemetry = telemetryOfPath[path];
  if (telemetry === undefined) {
    return new AppError('NOT_FOUND', `there is nothing at ${path.slice(0, 80)}; send to /v1/traces or /v1/metrics`);
  }
  if (request.method !== 'POST') {
    return new AppError('METHOD_NOT_ALLOWED', `${request.method} is not allowed at ${path}; use POST`);
  }
  const encoding = encodingOf(request);
  if (encoding === null) {
    const type = (request.headers['content-type'] ?? 'none').slice(0, 80);
    return new AppError(
      'UNSUPPORTED_MEDIA_TYPE',
      `content type ${type} is not understood; send application/x-protobuf or application/json`,
    );
  }
  const compression = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (compression !== 'gzip' && compression !== 'identity') {
    return new AppError(
      'UNSUPPORTED_MEDIA_TYPE',
      `content encoding ${compression.slice(0, 40)} is not understood; send gzip`,
    );
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBodyBytes) {
    return new AppError(
      'PAYLOAD_TOO_LARGE',
      `the body has more than ${limits.maxBodyBytes} bytes; send smaller batches`,
    );
  }
  return { telemetry, encoding, isGzip: compression === 'gzip' };
}

/** By the media type alone; parameters are legal. */
function encodingOf(request: IncomingMessage): Encoding | null {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/x-protobuf' ? 'protobuf' : null;
}

/**
 * Answers when the sender has finished sending, so that it reads the answer instead of a broken connection; a sender that goes on
 * for too long is cut off.
 */
function refuse(request: IncomingMessage, response: ServerResponse, encoding: Encoding, error: AppError): void {
  const answer = (headers: Readonly<Record<string, string>> = {}): void => {
    const more = error.code === 'METHOD_NOT_ALLOWED' ? { ...headers, allow: 'POST' } : headers;
    sendFailure(response, encoding, error.code, error.message, more);
  };
  if (request.complete) {
    answer();
    return;
  }
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > maxDiscardedBytes) answer({ connection: 'close' });
  });
  request.on('end', () => answer());
  request.resume();
}

const maxDiscardedBytes = 67_108_864;

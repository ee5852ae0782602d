/** Reads a request body as it comes, decompressed, never more than is allowed. */
import type { IncomingMessage } from 'node:http';
import { createGunzip, constants as zlib } from 'node:zlib';
import { AppError, messageOf } from '../../../src/kernel/errors.ts';

/** `mayGrow` is asked before more is kept; it counts what it grants until the request is over. */
export interface PayloadLimits {
  readonly maxBodyBytes: number;
  readonly mayGrow: (bytes: number) => boolean;
}

/**
 * The whole body. Never settles when the sender has gone away.
 * @throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, OVERLOADED, INVALID_REQUEST
 */
export function readPayload(request: IncomingMessage, limits: PayloadLimits): Promise<Buffer> {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding !== 'gzip' && coding !== 'identity') {
    const message = `content encoding ${coding.slice(0, 40)} is not understood; send gzip or none`;
    return Promise.reject(new AppError('UNSUPPORTED_MEDIA_TYPE', message));
  }
  return new Promise((resolve, reject) => {
    const gunzip = coding === 'gzip' ? createGunzip({ finishFlush: zlib.Z_FINISH }) : null;
    const chunks: Buffer[] = [];
    let length = 0;
    let isOver = false;
    const fail = (error: AppError): void => {
      isOver = true;
      request.unpipe();
      gunzip?.destroy();
      reject(error);
    };
    const source = gunzip ?? request;
    source.on('data', (chunk: Buffer) => {
      if (isOver) return;
      length += chunk.length;
      if (length > limits.maxBodyBytes) fail(tooLarge(limits.maxBodyBytes));
      else if (!limits.mayGrow(chunk.length)) fail(overloaded());
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks)));
    gunzip?.on('error', (error) => fail(brokenGzip(messageOf(error))));
    request.on('close', () => {
      if (!request.complete) gunzip?.destroy();
    });
    if (gunzip !== null) request.pipe(gunzip);
  });
}

function tooLarge(cap: number): AppError {
  return new AppError(
    'PAYLOAD_TOO_LARGE',
    `the body has more than ${cap} bytes after decompression; send smaller batches`,
  );
}

function overloaded(): AppError {
  return new AppError(
    'OVERLOADED',
    'too many bytes are being taken in at the moment; send this batch again in a second',
  );
}

function brokenGzip(what: string): AppError {
  return new AppError('INVALID_REQUEST', `the body is not valid gzip: ${what}; compress it again or send it plain`);
}

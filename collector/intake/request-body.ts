/** Reads a request body into one buffer, decompressed, never more than is allowed. */
import type { IncomingMessage } from 'node:http';
import { createGunzip, constants as zlib } from 'node:zlib';
import { AppError, messageOf } from '../../src/kernel/errors.ts';
import type { BufferPool } from './buffer-pool.ts';

/** The first `length` bytes of `buffer` are the body. */
export interface RequestBody {
  readonly buffer: ArrayBuffer;
  readonly length: number;
}

/** `mayGrow` is asked before more memory is taken; it counts what it grants until the request is over. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly mayGrow: (bytes: number) => boolean;
}

/** Reference: the default chunk of 16 KB costs half as much again. */
const gunzipChunkBytes = 262_144;

/**
 * Calls `done` once, with the body or with an AppError (PAYLOAD_TOO_LARGE, OVERLOADED, INVALID_REQUEST), and only after the
 * request was read to its end or the error was found; never after the client has gone away.
 */
export function readBody(
  request: IncomingMessage,
  isGzip: boolean,
  limits: BodyLimits,
  pool: BufferPool,
  done: (result: RequestBody | AppError) => void,
): void {
  const sink = new BodySink(limits, pool, isGzip ? null : declaredLength(request));
  let isDone = false;
  const finish = (result: RequestBody | AppError): void => {
    if (isDone) return;
    isDone = true;
    if (result instanceof AppError) sink.abandon();
    done(result);
  };
  request.on('close', () => {
    if (!isDone && !request.complete) {
      isDone = true;
      sink.abandon();
      gunzip?.destroy();
    }
  });
  const source = isGzip ? createGunzip({ chunkSize: gunzipChunkBytes, finishFlush: zlib.Z_FINISH }) : null;
  const gunzip = source;
  const take = (chunk: Buffer): void => {
    const failure = isDone ? null : sink.add(chunk);
    if (failure === null) return;
    gunzip?.destroy();
    request.unpipe();
    finish(failure);
  };
  if (gunzip === null) {
    request.on('data', take);
    request.on('end', () => finish(sink.end()));
    return;
  }
  gunzip.on('data', take);
  gunzip.on('end', () => finish(sink.end()));
  gunzip.on('error', (error) =>
    finish(
      new AppError(
        'INVALID_REQUEST',
        `the body is not valid gzip: ${messageOf(error)}; compress it again or send it plain`,
      ),
    ),
  );
  request.pipe(gunzip);
}

function declaredLength(request: IncomingMessage): number | null {
  const text = request.headers['content-length'];
  return text === undefined ? null : Number(text);
}

class BodySink {
  readonly #limits: BodyLimits;
  readonly #pool: BufferPool;
  #buffer: ArrayBuffer | null = null;
  #view = Buffer.alloc(0);
  #length = 0;
  #granted = 0;

  constructor(limits: BodyLimits, pool: BufferPool, expected: number | null) {
    this.#limits = limits;
    this.#pool = pool;
    if (expected !== null && expected <= limits.maxBodyBytes && this.#grant(expected)) this.#hold(expected);
  }

  /** Null, or why the chunk cannot be taken. */
  add(chunk: Buffer): AppError | null {
    const needed = this.#length + chunk.length;
    if (needed > this.#limits.maxBodyBytes) {
      const cap = this.#limits.maxBodyBytes;
      return new AppError(
        'PAYLOAD_TOO_LARGE',
        `the body has more than ${cap} bytes after decompression; send smaller batches`,
      );
    }
    if (!this.#grant(needed)) {
      return new AppError(
        'OVERLOADED',
        'too many bytes are being taken in at the moment; send this batch again in a second',
      );
    }
    if (needed > this.#view.length) this.#hold(Math.max(needed, this.#view.length * 2));
    chunk.copy(this.#view, this.#length);
    this.#length = needed;
    return null;
  }

  end(): RequestBody {
    return { buffer: this.#buffer ?? new ArrayBuffer(0), length: this.#length };
  }

  abandon(): void {
    if (this.#buffer !== null) this.#pool.give(this.#buffer);
    this.#buffer = null;
  }

  #grant(bytes: number): boolean {
    if (bytes <= this.#granted) return true;
    if (!this.#limits.mayGrow(bytes - this.#granted)) return false;
    this.#granted = bytes;
    return true;
  }

  #hold(bytes: number): void {
    const larger = this.#pool.take(bytes);
    const view = Buffer.from(larger);
    this.#view.copy(view, 0, 0, this.#length);
    this.abandon();
    this.#buffer = larger;
    this.#view = view;
  }
}

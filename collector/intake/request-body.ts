/** Reads a request body into one buffer, decompressed, never more than is allowed. */
import type { IncomingMessage } from 'node:http';
import { createGunzip, constants as zlib } from 'node:zlib';
import { AppError, messageOf } from '../../src/kernel/errors.ts';
import type { BufferPool, Slot } from './buffer-pool.ts';

/** The first `length` bytes of the slot are the body. */
export interface RequestBody {
  readonly slot: Slot;
  readonly length: number;
}

/** `mayGrow` is asked before more memory is taken; it counts what it grants until the request is over. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly mayGrow: (bytes: number) => boolean;
  /** Is told of each chunk that was copied and can be freed. */
  readonly reclaim: (bytes: number) => void;
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
  const gunzip = isGzip ? createGunzip({ chunkSize: gunzipChunkBytes, finishFlush: zlib.Z_FINISH }) : null;
  let isDone = false;
  const finish = (result: RequestBody | AppError | null): void => {
    if (isDone) return;
    isDone = true;
    if (result === null || result instanceof AppError) {
      sink.abandon();
      gunzip?.destroy();
    }
    if (result !== null) done(result);
  };
  const take = (chunk: Buffer): void => {
    const failure = isDone ? null : sink.add(chunk);
    if (failure === null) return;
    request.unpipe();
    finish(failure);
  };
  const source = gunzip ?? request;
  source.on('data', take);
  source.on('end', () => (isDone ? null : finish(sink.end())));
  gunzip?.on('error', (error) => finish(brokenGzip(messageOf(error))));
  request.on('close', () => {
    if (!request.complete) finish(null);
  });
  if (gunzip !== null) request.pipe(gunzip);
}

function brokenGzip(what: string): AppError {
  return new AppError('INVALID_REQUEST', `the body is not valid gzip: ${what}; compress it again or send it plain`);
}

function declaredLength(request: IncomingMessage): number | null {
  const text = request.headers['content-length'];
  return text === undefined ? null : Number(text);
}

class BodySink {
  readonly #limits: BodyLimits;
  readonly #pool: BufferPool;
  #slot: Slot | null = null;
  #length = 0;
  #granted = 0;

  constructor(limits: BodyLimits, pool: BufferPool, expected: number | null) {
    this.#limits = limits;
    this.#pool = pool;
    if (expected !== null && expected <= limits.maxBodyBytes && this.#grant(expected)) this.#slotFor(expected);
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
    const slot = this.#slotFor(needed);
    chunk.copy(slot.bytes, this.#length);
    this.#length = needed;
    this.#limits.reclaim(chunk.length);
    return null;
  }

  end(): RequestBody {
    return { slot: this.#slotFor(0), length: this.#length };
  }

  abandon(): void {
    if (this.#slot !== null) this.#pool.give(this.#slot.id);
    this.#slot = null;
  }

  #grant(bytes: number): boolean {
    if (bytes <= this.#granted) return true;
    if (!this.#limits.mayGrow(bytes - this.#granted)) return false;
    this.#granted = bytes;
    return true;
  }

  #slotFor(bytes: number): Slot {
    const held = this.#slot;
    if (held !== null && held.bytes.length >= bytes) return held;
    const larger = this.#pool.take(held === null ? bytes : Math.max(bytes, held.bytes.length * 2));
    held?.bytes.copy(larger.bytes, 0, 0, this.#length);
    this.abandon();
    this.#slot = larger;
    return larger;
  }
}

/** Reads a request body into one buffer, decompressed, never more than is allowed. */
import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../src/kernel/errors.ts';
import type { Holding } from './admission.ts';
import { BodySink, type RequestBody } from './body-sink.ts';
import type { BufferPool } from './buffer-pool.ts';
import { type Compression, createDecompressor, type Decompressor } from './decompression.ts';
import type { Expansion } from './expansion.ts';
import { type Refusal, refuseFor } from './refusal.ts';
import type { Sender, SlowSenders } from './slow-senders.ts';

/** What a body is read with; `holding` is asked before more memory is taken. */
export interface ReadingTerms {
  readonly compression: Compression;
  readonly maxBodyBytes: number;
  readonly holding: Holding;
  readonly pool: BufferPool;
  readonly senders: SlowSenders;
  readonly expansion: Expansion;
  /** Is told of each chunk that was copied and can be freed. */
  readonly reclaim: (bytes: number) => void;
}

/** A sender that went away before it had sent everything. */
export type BodyResult = RequestBody | Refusal | { readonly kind: 'disconnected' };

/**
 * Calls `done` once: with the body, after the request was read to its end; with a refusal (too_large, overloaded, rate_limited,
 * malformed_body, slow_sender) as soon as it is clear; or with `disconnected`. Members of gzip and frames of zstd may follow each
 * other; anything else behind the end of the compressed data is refused.
 */
export function readBody(request: IncomingMessage, terms: ReadingTerms, done: (result: BodyResult) => void): void {
  new BodyReading(request, terms, done).start();
}

class BodyReading {
  readonly #request: IncomingMessage;
  readonly #terms: ReadingTerms;
  readonly #done: (result: BodyResult) => void;
  readonly #sink: BodySink;
  readonly #sender: Sender;
  #decompressor: Decompressor | null = null;
  #isDone = false;

  constructor(request: IncomingMessage, terms: ReadingTerms, done: (result: BodyResult) => void) {
    this.#request = request;
    this.#terms = terms;
    this.#done = done;
    this.#sink = new BodySink(terms);
    this.#sender = terms.senders.follow(request, () => this.#finish(slowSender));
  }

  start(): void {
    const request = this.#request;
    const isPlain = this.#terms.compression === 'identity';
    const declared = Number(request.headers['content-length'] ?? Number.NaN);
    if (isPlain && declared >= 0) {
      const refusal = this.#sink.expect(declared);
      if (refusal !== null) {
        this.#finish(refusal);
        return;
      }
    }
    request.on('data', (chunk: Buffer) => {
      if (this.#isDone) return;
      this.#sender.bytes += chunk.length;
      if (isPlain) this.#take(chunk);
      else this.#decompress(chunk);
    });
    request.on('end', () => {
      if (this.#decompressor !== null) this.#decompressor.end();
      else this.#finish(this.#sink.end());
    });
    request.on('close', () => {
      if (!request.complete) this.#finish({ kind: 'disconnected' });
    });
  }

  #take(chunk: Buffer): void {
    const refusal = this.#isDone ? null : this.#sink.add(chunk);
    if (refusal !== null) this.#finish(refusal);
  }

  /** Decompressing is the dearest part of a body: it begins only when there is room for what will probably come of it. */
  #decompress(chunk: Buffer): void {
    if (this.#decompressor === null) {
      const { expansion, maxBodyBytes } = this.#terms;
      const refusal = this.#sink.expect(Math.min(expansion.expectedBytes, maxBodyBytes));
      if (refusal !== null) {
        this.#finish(refusal);
        return;
      }
    }
    this.#decompressor ??= this.#openDecompressor(chunk[0] ?? 0);
    if (!this.#decompressor.write(chunk)) this.#request.pause();
  }

  #openDecompressor(firstByte: number): Decompressor {
    const { compression } = this.#terms;
    const decompressor = createDecompressor(compression === 'identity' ? 'gzip' : compression, firstByte);
    decompressor.on('data', (chunk: Buffer) => this.#take(chunk));
    decompressor.on('drain', () => this.#request.resume());
    decompressor.on('error', (error) => this.#finish(this.#broken(messageOf(error))));
    decompressor.on('end', () => {
      const behind = this.#sender.bytes - decompressor.bytesWritten;
      if (behind !== 0) {
        this.#finish(this.#broken(`${behind} bytes follow its end`));
        return;
      }
      const body = this.#sink.end();
      this.#terms.expansion.note(body.length);
      this.#finish(body);
    });
    return decompressor;
  }

  #finish(result: BodyResult): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#terms.senders.forget(this.#sender);
    if (result.kind !== 'body') {
      this.#sink.abandon();
      this.#decompressor?.destroy();
    }
    this.#done(result);
  }

  #broken(what: string): Refusal {
    const { compression } = this.#terms;
    const message = `the body is not valid ${compression}: ${what}; compress it again or send it plain`;
    return refuseFor('malformed_body', message);
  }
}

const slowSender = refuseFor(
  'slow_sender',
  'the body comes too slowly to be waited for; send smaller batches or use a faster connection',
);

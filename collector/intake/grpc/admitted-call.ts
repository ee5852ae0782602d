/** One call from its headers to its end: who sent it, how many bytes it holds, how long it may take to arrive. */
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { after } from '../../../src/kernel/schedule.ts';
import type { Holding } from '../admission.ts';
import { errorOf } from '../refusal.ts';
import type { RefusedBody } from '../refused-book.ts';
import type { GrpcBounds } from './grpc-options.ts';
import { type GrpcStatus, statusFor, statusOf } from './grpc-status.ts';
import { type Compression, inflateMessage } from './inflate-message.ts';
import { type LibraryStream, streamOf, takeCompression } from './library-call.ts';

/** Flag and length before each message (gRPC over HTTP/2). */
const prefixBytes = 5;

/** What every call of a listener shares. */
export interface CallRules {
  readonly bounds: GrpcBounds;
  readonly maxBodyBytes: number;
  readonly log: Log;
  readonly countRefused: (refused: RefusedBody) => void;
}

/** Who is calling, and whose share of the memory the call uses. */
export interface Caller {
  readonly mayBackfill: boolean;
  readonly caller: string;
  /** Which installations have sent it on to here. */
  readonly via: string;
}

/** Its bytes are given back when the client's stream is closed and the message is dealt with, whichever comes last. */
export class AdmittedCall {
  readonly by: Caller;
  readonly #holding: Holding;
  readonly #call: ServerInterceptingCallInterface;
  readonly #rules: CallRules;
  readonly #stream: LibraryStream | null;
  readonly #compression: Compression | null;
  readonly #stopWaiting: () => void;
  #received = 0;
  #held = 0;
  #isOver = false;
  #isStreamClosed = false;
  #isHandling = false;

  constructor(call: ServerInterceptingCallInterface, by: Caller, holding: Holding, rules: CallRules) {
    this.by = by;
    this.#holding = holding;
    this.#call = call;
    this.#rules = rules;
    this.#stream = streamOf(call);
    this.#compression = takeCompression(call);
    this.#stopWaiting = after(rules.bounds.receiveMs, () => this.#cutSlow());
    this.#stream?.prependListener('data', (chunk) => this.#take(chunk));
    this.#stream?.once('close', () => this.#closeStream());
  }

  /** The request has arrived whole. */
  arrived(): void {
    this.#stopWaiting();
  }

  /** The client has its answer or is gone. */
  ended(): void {
    this.#isOver = true;
    this.#stopWaiting();
    if (this.#stream === null) this.#closeStream();
  }

  /** Runs `work` with the message, decompressed. @throws PAYLOAD_TOO_LARGE, OVERLOADED, INVALID_REQUEST, and what `work` throws */
  async handle<T>(message: Buffer, work: (body: Uint8Array) => Promise<T>): Promise<T> {
    this.#isHandling = true;
    try {
      return await work(await this.#plain(message));
    } finally {
      this.#isHandling = false;
      this.#release();
    }
  }

  /** A sender may leave a small message of a compressed call plain; every export request starts with field 1 (10), no compressed one does. */
  async #plain(message: Buffer): Promise<Buffer> {
    if (this.#compression === null || message.length === 0 || message[0] === 0x0a) return message;
    const { maxBodyBytes } = this.#rules;
    try {
      return await inflateMessage(message, this.#compression, { maxBodyBytes, grow: (bytes) => this.#grow(bytes) });
    } catch (error) {
      if (error instanceof AppError && error.code === 'PAYLOAD_TOO_LARGE') this.#count('too_large', error.message);
      if (error instanceof AppError && error.code === 'INVALID_REQUEST') this.#count('malformed_body', error.message);
      throw error;
    }
  }

  /** For each piece of the message, before the library keeps it. */
  #take(chunk: Buffer): void {
    if (this.#isOver) return;
    const announced = this.#received === 0 && chunk.length >= prefixBytes ? chunk.readUInt32BE(1) : 0;
    this.#received += chunk.length;
    const length = Math.max(announced, this.#received - prefixBytes);
    const error = length > this.#rules.maxBodyBytes ? this.#tooLarge(length) : this.#grow(chunk.length);
    if (error !== null) this.#refuse(statusOf(error, this.#rules.log));
  }

  #tooLarge(length: number): AppError {
    const text = `a message of ${length} bytes is more than ${this.#rules.maxBodyBytes}; send smaller batches`;
    this.#count('too_large', text);
    return new AppError('PAYLOAD_TOO_LARGE', text);
  }

  #grow(bytes: number): AppError | null {
    const refusal = this.#holding.grow(this.#held + bytes);
    if (refusal !== null) {
      this.#count(refusal.reason, refusal.message);
      return errorOf(refusal);
    }
    this.#held += bytes;
    return null;
  }

  #cutSlow(): void {
    const { receiveMs } = this.#rules.bounds;
    const text = `the request took longer than ${receiveMs / 1000} s to arrive; send smaller batches`;
    this.#count('slow_sender', text);
    this.#refuse(statusFor(status.DEADLINE_EXCEEDED, text, null));
  }

  #count(reason: string, message: string): void {
    this.#rules.countRefused({ way: 'grpc', reason, sender: this.by.caller, message });
  }

  #refuse(why: GrpcStatus): void {
    this.#isOver = true;
    refuseCall(this.#call, why, this.#rules.bounds.refusedMs);
  }

  #closeStream(): void {
    this.#isStreamClosed = true;
    this.#stopWaiting();
    this.#release();
  }

  #release(): void {
    if (!this.#isStreamClosed || this.#isHandling) return;
    this.#holding.release();
  }
}

/** Answers before the request was read; a sender that goes on regardless is cut off. */
export function refuseCall(call: ServerInterceptingCallInterface, why: GrpcStatus, refusedMs: number): void {
  const stream = streamOf(call);
  call.sendStatus(why);
  if (stream === null) return;
  const stopWaiting = after(refusedMs, () => stream.close());
  stream.once('close', stopWaiting);
}

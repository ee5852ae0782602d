/** One call from its headers to its end: who sent it, how many bytes it holds, how long it may take to arrive. */
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { Log } from '../../../src/kernel/log.ts';
import { after } from '../../../src/kernel/schedule.ts';
import type { ByteBudget } from './grpc-intake.ts';
import type { GrpcBounds } from './grpc-options.ts';
import { type GrpcStatus, statusFor, statusOf } from './grpc-status.ts';
import { type Compression, inflateMessage, tooMuchAtOnce } from './inflate-message.ts';
import { type LibraryStream, streamOf, takeCompression } from './library-call.ts';

/** What every call of a listener shares. */
export interface CallRules {
  readonly budget: ByteBudget;
  readonly bounds: GrpcBounds;
  readonly maxBodyBytes: number;
  readonly log: Log;
}

/** Its bytes are given back when the client's stream is closed and the message is dealt with, whichever comes last. */
export class AdmittedCall {
  readonly mayBackfill: boolean;
  readonly #call: ServerInterceptingCallInterface;
  readonly #rules: CallRules;
  readonly #stream: LibraryStream | null;
  readonly #compression: Compression | null;
  readonly #stopWaiting: () => void;
  #held = 0;
  #isOver = false;
  #isStreamClosed = false;
  #isHandling = false;

  constructor(call: ServerInterceptingCallInterface, mayBackfill: boolean, rules: CallRules) {
    this.mayBackfill = mayBackfill;
    this.#call = call;
    this.#rules = rules;
    this.#stream = streamOf(call);
    this.#compression = takeCompression(call);
    this.#stopWaiting = after(rules.bounds.receiveMs, () => this.#refuse(tooSlow(rules.bounds.receiveMs)));
    this.#stream?.on('data', (chunk) => this.#grow(chunk.length));
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
  #plain(message: Buffer): Promise<Buffer> {
    if (this.#compression === null || message.length === 0 || message[0] === 0x0a) return Promise.resolve(message);
    return inflateMessage(message, this.#compression, {
      maxBodyBytes: this.#rules.maxBodyBytes,
      mayGrow: (bytes) => this.#take(bytes),
    });
  }

  #grow(bytes: number): void {
    if (!this.#isOver && !this.#take(bytes)) this.#refuse(statusOf(tooMuchAtOnce(), this.#rules.log));
  }

  #take(bytes: number): boolean {
    if (!this.#rules.budget.take(bytes)) return false;
    this.#held += bytes;
    return true;
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
    this.#rules.budget.give(this.#held);
    this.#held = 0;
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

function tooSlow(receiveMs: number): GrpcStatus {
  const text = `the request took longer than ${receiveMs / 1000} s to arrive; send smaller batches`;
  return statusFor(status.DEADLINE_EXCEEDED, text, null);
}

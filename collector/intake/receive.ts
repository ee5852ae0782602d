/** The HTTP side of the intake: method, path, type, admission, body, and after the commit the reply. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { loopIn, readVia, viaHeader } from '../forward/index.ts';
import type { Admission } from './admission.ts';
import type { RequestBody } from './body-sink.ts';
import { createChunkReclaim } from './chunk-reclaim.ts';
import { acceptedEncodings, type Compression, compressionOf } from './decompression.ts';
import { Expansion } from './expansion.ts';
import type { Ledger } from './ledger.ts';
import type { IntakeLimits } from './options.ts';
import { type Refusal, refusalOf, refuseFor } from './refusal.ts';
import { type Exchange, type RefusingTerms, refuse } from './refuse.ts';
import { contentTypes, sendStored } from './reply.ts';
import { type BodyResult, readBody } from './request-body.ts';
import type { SlowSenders } from './slow-senders.ts';
import type { WriterClient } from './writer-client.ts';
import type { Encoding, TelemetryKind } from './writer-messages.ts';

const telemetryOfPath: Readonly<Record<string, TelemetryKind>> = {
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics',
  '/v1/logs': 'logs',
};

/** Who sends, and what that allows. */
export interface Caller {
  readonly key: string;
  readonly mayBackfill: boolean;
}

/** What a receiver works with; `ledger` is told of everything that was taken in and of everything that was not. */
export interface ReceiverParts {
  readonly client: WriterClient;
  readonly limits: IntakeLimits;
  readonly admission: Admission;
  readonly senders: SlowSenders;
  readonly ledger: Ledger;
  /** What this installation forwards under; null = it does not. */
  readonly forwardId: string | null;
}

/** What the headers say. */
interface Accepted {
  readonly kind: 'accepted';
  readonly telemetry: TelemetryKind;
  readonly encoding: Encoding;
  readonly compression: Compression;
}

/** Answers the requests of one collector. */
export class Receiver {
  readonly #parts: ReceiverParts;
  readonly #refusing: RefusingTerms;
  readonly #expansion = new Expansion();

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#refusing = { senders: parts.senders, reclaim: createChunkReclaim() };
  }

  handle(request: IncomingMessage, response: ServerResponse, caller: Caller): void {
    const { admission, limits } = this.#parts;
    const loop = loopIn(readVia(request.headers[viaHeader]), this.#parts.forwardId);
    const accepted = loop === null ? accept(request, limits) : refuseFor('forward_loop', loop);
    if (accepted.kind === 'options') {
      response.writeHead(204, { allow: allowed, 'accept-post': acceptedTypes, 'accept-encoding': acceptedEncodings });
      response.end();
      return;
    }
    if (accepted.kind === 'refusal') {
      this.#refuse({ request, response, encoding: encodingOf(request) ?? 'json' }, accepted, caller);
      return;
    }
    const exchange = { request, response, encoding: accepted.encoding };
    const refusal = admission.admit(caller.key);
    if (refusal === null) this.#read(exchange, accepted, caller);
    else this.#refuse(exchange, refusal, caller);
  }

  #read(exchange: Exchange, accepted: Accepted, caller: Caller): void {
    const { admission, client, senders } = this.#parts;
    const holding = admission.hold(caller.key);
    const terms = {
      compression: accepted.compression,
      maxBodyBytes: holding.maxBodyBytes,
      pool: client.pool,
      reclaim: this.#refusing.reclaim,
      holding,
      senders,
      expansion: this.#expansion,
    };
    readBody(exchange.request, terms, (result: BodyResult) => {
      if (result.kind === 'body') {
        holding.sent();
        this.#store(exchange, accepted, caller, result, () => holding.release());
        return;
      }
      holding.release();
      if (result.kind === 'refusal') this.#refuse(exchange, result, caller);
      else this.#parts.ledger.refused({ way: 'http', reason: result.kind, sender: caller.key });
    });
  }

  #store(exchange: Exchange, accepted: Accepted, caller: Caller, body: RequestBody, release: () => void): void {
    const { telemetry, encoding } = accepted;
    const { slot, length } = body;
    const { mayBackfill } = caller;
    const via = readVia(exchange.request.headers[viaHeader]);
    const outgoing = { telemetry, encoding, source: 'metrics', mayBackfill, slot, length, via } as const;
    this.#parts.client.sendBody(outgoing, (reply) => {
      release();
      if (reply.failure !== null) {
        this.#refuse(exchange, refusalOf(reply.failure), caller);
        return;
      }
      this.#parts.ledger.stored(telemetry);
      sendStored(exchange.response, encoding, telemetry, reply);
    });
  }

  #refuse(exchange: Exchange, refusal: Refusal, { key: sender }: Caller): void {
    const { reason, message } = refusal;
    this.#parts.ledger.refused({ way: 'http', reason, sender, message });
    refuse(exchange, refusal, this.#refusing);
  }
}

const allowed = 'POST, OPTIONS';
const acceptedTypes = `${contentTypes.protobuf}, ${contentTypes.json}`;

/** What the headers say, or why the body need not be read. */
function accept(request: IncomingMessage, limits: IntakeLimits): Accepted | Refusal | { readonly kind: 'options' } {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const telemetry = telemetryOfPath[path];
  if (telemetry === undefined) {
    const message = `there is nothing at ${path.slice(0, 80)}; send to /v1/traces, /v1/metrics or /v1/logs`;
    return refuseFor('not_found', message);
  }
  if (request.method === 'OPTIONS') return { kind: 'options' };
  if (request.method !== 'POST') {
    const message = `${request.method} is not allowed at ${path}; use POST`;
    return refuseFor('method_not_allowed', message, { allow: allowed });
  }
  const encoding = encodingOf(request);
  if (encoding === null) {
    const type = (request.headers['content-type'] ?? 'none').slice(0, 80);
    const message = `content type ${type} is not understood; send application/x-protobuf or application/json`;
    return refuseFor('unsupported_media_type', message, { accept: acceptedTypes });
  }
  const compression = compressionOf(request.headers['content-encoding']);
  if (compression === null) {
    const coding = (request.headers['content-encoding'] ?? '').slice(0, 40);
    const message = `content encoding ${coding} is not understood; send one of ${acceptedEncodings}`;
    return refuseFor('unsupported_media_type', message, { 'accept-encoding': acceptedEncodings });
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBodyBytes) {
    return refuseFor('too_large', `the body has more than ${limits.maxBodyBytes} bytes; send smaller batches`);
  }
  return { kind: 'accepted', telemetry, encoding, compression };
}

/** By the media type alone; parameters are legal. */
function encodingOf(request: IncomingMessage): Encoding | null {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === contentTypes.json) return 'json';
  return type === contentTypes.protobuf ? 'protobuf' : null;
}

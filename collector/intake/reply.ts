/** Answers in OTLP's words: empty on success, `partial_success`, or a google.rpc.Status, in the encoding of the request. */
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../src/kernel/errors.ts';
import { ProtoWriter } from './wire/index.ts';
import type { Encoding, TelemetryKind, WriterReply } from './writer-messages.ts';

export const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** How a failure is answered; `rpc` is the code of google.rpc.Status. */
interface Answer {
  readonly status: number;
  readonly rpc: number;
  /** Worth sending again soon. */
  readonly retry: boolean;
}

const internal: Answer = { status: 500, rpc: 13, retry: false };
const answers: Partial<Record<ErrorCode, Answer>> = {
  OTLP_MALFORMED: { status: 400, rpc: 3, retry: false },
  INVALID_REQUEST: { status: 400, rpc: 3, retry: false },
  NOT_FOUND: { status: 404, rpc: 5, retry: false },
  METHOD_NOT_ALLOWED: { status: 405, rpc: 12, retry: false },
  PAYLOAD_TOO_LARGE: { status: 413, rpc: 8, retry: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, rpc: 12, retry: false },
  OVERLOADED: { status: 429, rpc: 8, retry: true },
  UNAVAILABLE: { status: 503, rpc: 14, retry: true },
};

/** Clients wait this long before they send again; more than 8 s would make them drop the data (OpenTelemetry JS). */
const retryAfterSeconds = 1;

/** The reply to a body that the writer has dealt with. */
export function sendReply(
  response: ServerResponse,
  encoding: Encoding,
  telemetry: TelemetryKind,
  reply: WriterReply,
): void {
  if (reply.failure !== null) {
    sendFailure(response, encoding, reply.failure.code, reply.failure.message);
    return;
  }
  const body = encoding === 'json' ? successJson(telemetry, reply) : successProtobuf(reply);
  send(response, 200, contentTypes[encoding], body, {});
}

/** A google.rpc.Status; `headers` are added. */
export function sendFailure(
  response: ServerResponse,
  encoding: Encoding,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { status, rpc, retry } = answers[code] ?? internal;
  const more = retry ? { ...headers, 'retry-after': String(retryAfterSeconds) } : headers;
  send(response, status, contentTypes[encoding], statusBody(encoding, rpc, message), more);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length, ...headers });
  response.end(body);
}

function statusBody(encoding: Encoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  const status = new ProtoWriter();
  status.varintField(1, code);
  status.textField(2, message);
  return status.bytes();
}

function successJson(telemetry: TelemetryKind, reply: WriterReply): Uint8Array {
  if (reply.rejected === 0) return Buffer.from('{}');
  const counter = rejectedField[telemetry];
  return Buffer.from(
    JSON.stringify({ partialSuccess: { [counter]: String(reply.rejected), errorMessage: reply.reason } }),
  );
}

/** Names of the counter in the JSON of a partial success (OTLP specification). */
const rejectedField: Readonly<Record<TelemetryKind, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

const nothing = new Uint8Array(0);

function successProtobuf(reply: WriterReply): Uint8Array {
  if (reply.rejected === 0) return nothing;
  const response = new ProtoWriter();
  response.messageField(1, (partial) => {
    partial.varintField(1, reply.rejected);
    partial.textField(2, reply.reason);
  });
  return response.bytes();
}

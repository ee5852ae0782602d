/** Answers in OTLP's words: empty on success, `partial_success`, or a google.rpc.Status, in the encoding of the request. */
import type { ServerResponse } from 'node:http';
import { type Refusal, refusalCodes } from './refusal.ts';
import { statusBody } from './status-body.ts';
import { ProtoWriter } from './wire/index.ts';
import type { Encoding, TelemetryKind, WriterReply } from './writer-messages.ts';

export const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Everything was stored but `reply.rejected` records. */
export function sendStored(
  response: ServerResponse,
  encoding: Encoding,
  telemetry: TelemetryKind,
  reply: WriterReply,
): void {
  if (response.headersSent || response.destroyed) return;
  const body = encoding === 'json' ? successJson(telemetry, reply) : successProtobuf(reply);
  response.writeHead(200, { 'content-type': contentTypes[encoding], 'content-length': body.length });
  response.end(body);
}

/** Writes a refusal; ends the response unless it is to stay open until the sender has finished (`isLast`: the connection's last). */
export function sendRefusal(response: ServerResponse, encoding: Encoding, refusal: Refusal, isLast = false): void {
  if (response.headersSent || response.destroyed) return;
  const { reason, message, retryAfterSeconds, headers } = refusal;
  const { status, rpc } = refusalCodes[reason];
  const body = statusBody(encoding, { rpc, message, retryAfterSeconds, isBadRequest: status === 400 });
  response.writeHead(status, {
    'content-type': contentTypes[encoding],
    'content-length': body.length,
    ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(isLast ? { connection: 'close' } : {}),
    ...headers,
  });
  if (isLast) response.write(body);
  else response.end(body);
}

/** Names of the counter in the JSON of a partial success (OTLP specification). */
const rejectedField: Readonly<Record<TelemetryKind, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

/** Nothing rejected and yet a message is a warning (OTLP specification). */
function successJson(telemetry: TelemetryKind, { rejected, reason }: WriterReply): Uint8Array {
  if (rejected === 0 && reason === '') return Buffer.from('{}');
  const counted = rejected === 0 ? {} : { [rejectedField[telemetry]]: String(rejected) };
  return Buffer.from(JSON.stringify({ partialSuccess: { ...counted, errorMessage: reason } }));
}

const nothing = Buffer.alloc(0);

/** An export response in protobuf: empty when everything was taken and there is nothing to say. */
export function successProtobuf({ rejected, reason }: Pick<WriterReply, 'rejected' | 'reason'>): Buffer {
  if (rejected === 0 && reason === '') return nothing;
  const response = new ProtoWriter();
  response.messageField(1, (partial) => {
    if (rejected > 0) partial.varintField(1, rejected);
    partial.textField(2, reason);
  });
  return response.bytes();
}

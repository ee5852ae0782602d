/** Errors as OTLP senders read them: a google.rpc.Status in the encoding of the request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../kernel/log.ts';
import { replyFor } from './errors.ts';

/** gRPC code by HTTP status (grpc.io, "Status codes"). */
const grpcCodeOf: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  413: 8,
  415: 12,
  503: 14,
};

/** Answers a refused request for telemetry; protobuf when the request was protobuf, else JSON. */
export function sendRpcError(request: IncomingMessage, response: ServerResponse, thrown: unknown, log: Log): void {
  const { status, body } = replyFor(thrown, log);
  const code = grpcCodeOf[status] ?? 13;
  const isProtobuf = isProtobufType(request.headers['content-type']);
  const bytes = isProtobuf
    ? encodeStatus(code, body.error.message)
    : Buffer.from(JSON.stringify({ code, message: body.error.message }));
  response.writeHead(status, {
    'content-type': isProtobuf ? 'application/x-protobuf' : 'application/json',
    'content-length': bytes.length,
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(bytes);
}

/** By the media type alone; parameters are legal, case means nothing. */
function isProtobufType(header: string | undefined): boolean {
  return header?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-protobuf';
}

/** `google.rpc.Status`: field 1 the code (a varint below 128), field 2 the message. */
export function encodeStatus(code: number, message: string): Buffer {
  const text = Buffer.from(message);
  return Buffer.concat([Buffer.from([0x08, code, 0x12]), varint(text.length), text]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

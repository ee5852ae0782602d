/** Errors as OTLP senders read them: a google.rpc.Status in the encoding of the request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusBody } from '../../collector/index.ts';
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
  const isProtobuf = isProtobufType(request.headers['content-type']);
  const { message } = body.error;
  const rpc = { rpc: grpcCodeOf[status] ?? 13, message, retryAfterSeconds: null, isBadRequest: status === 400 };
  const bytes = statusBody(isProtobuf ? 'protobuf' : 'json', rpc);
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

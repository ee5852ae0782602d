/** What the HTTP parser itself turns away, before there is a request: answered, counted, and the connection closed. */
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemCodeOf } from '../kernel/errors.ts';
import type { RefusedTelemetry } from './dependencies.ts';

/** `reason` is counted under this name. */
interface ParserRefusal {
  readonly reason: string;
  readonly status: string;
  readonly code: string;
  readonly message: string;
}

const malformed: ParserRefusal = {
  reason: 'malformed_request',
  status: '400 Bad Request',
  code: 'INVALID_REQUEST',
  message: 'this is no request in HTTP/1.1; look at what stands between the sender and this port',
};

const byErrorCode: Readonly<Record<string, ParserRefusal>> = {
  HPE_HEADER_OVERFLOW: {
    reason: 'headers_too_large',
    status: '431 Request Header Fields Too Large',
    code: 'INVALID_REQUEST',
    message: 'the headers are more than 16384 bytes; send fewer or shorter ones',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    reason: 'too_large',
    status: '413 Content Too Large',
    code: 'PAYLOAD_TOO_LARGE',
    message: 'the extensions of the chunks are too large; send none',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    reason: 'request_timeout',
    status: '408 Request Timeout',
    code: 'INVALID_REQUEST',
    message: 'the request took too long to arrive; send smaller batches, or look at the network',
  },
};

const http2: ParserRefusal = {
  reason: 'http2_on_http1_port',
  status: '400 Bad Request',
  code: 'INVALID_REQUEST',
  message: 'this port speaks HTTP/1.1; send OTLP over gRPC to the gRPC port, 4317 unless configured otherwise',
};

const tls: ParserRefusal = {
  reason: 'tls_on_plain_port',
  status: '400 Bad Request',
  code: 'INVALID_REQUEST',
  message: 'this port speaks plain HTTP; write http:// instead of https://, or put a proxy that ends TLS before it',
};

/**
 * Answers and counts for one server. A sender that is gone, and a connection that browsers open ahead and never use, is closed without
 * a word and not counted.
 */
export function countParserRefusals(server: Server, onRefused: (refused: RefusedTelemetry) => void): void {
  server.on('clientError', (error, socket) => {
    if (isGone(error) || hasSentNothing(socket)) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    const sender = (socket instanceof Socket ? socket.remoteAddress : undefined) ?? 'unknown';
    onRefused({ reason: refusal.reason, way: 'http', sender, message: refusal.message });
    if (socket.writable && !isBeingAnswered(socket)) socket.end(answerOf(refusal), () => socket.destroy());
    else socket.destroy();
  });
}

function isGone(error: Error): boolean {
  const code = systemCodeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function hasSentNothing(socket: Duplex): boolean {
  return socket instanceof Socket && socket.bytesRead === 0;
}

function refusalOf(error: Error): ParserRefusal {
  const packet = packetOf(error);
  if (packet?.[0] === 0x16 && packet[1] === 0x03) return tls;
  if (packet?.subarray(0, 14).toString('latin1') === 'PRI * HTTP/2.0') return http2;
  return byErrorCode[systemCodeOf(error) ?? ''] ?? malformed;
}

/** Status line and headers by RFC 9112; the body is that of every error of the API. */
function answerOf({ status, code, message }: ParserRefusal): string {
  const body = JSON.stringify({ error: { code, message, details: {} } });
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** What was read when the parser gave up. */
function packetOf(error: Error & { readonly rawPacket?: unknown }): Buffer | null {
  return Buffer.isBuffer(error.rawPacket) ? error.rawPacket : null;
}

/** Node keeps the answer in progress here; a second one in the middle of it would be taken for its body. */
function isBeingAnswered(
  socket: Duplex & { readonly _httpMessage?: { readonly headersSent?: boolean } | null },
): boolean {
  return socket._httpMessage?.headersSent === true;
}

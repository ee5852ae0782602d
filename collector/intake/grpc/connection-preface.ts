/** Looks at the first bytes of a connection: HTTP/2 goes on, everything else is told where to go, counted and closed. */
import type { Socket } from 'node:net';
import { after } from '../../../src/kernel/schedule.ts';

export interface PrefaceRules {
  /** How long the beginning of a connection may take. */
  readonly prefaceMs: number;
  /** Has the connection from here on, with nothing of it read. */
  readonly accept: (socket: Socket) => void;
  readonly countRefused: (refused: {
    readonly reason: string;
    readonly sender: string;
    readonly message: string;
  }) => void;
}

/** `answer` is what comes back before the connection is closed. */
interface Stranger {
  readonly reason: string;
  readonly message: string;
  readonly answer: string | Buffer;
}

/** RFC 9113 §3.4: every HTTP/2 connection of a client begins with this. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const notHttp2 =
  'this port speaks gRPC, which is HTTP/2; send OTLP over HTTP to the HTTP port, 4318 unless configured otherwise';

const http1: Stranger = {
  reason: 'http1_on_grpc_port',
  message: notHttp2,
  answer: `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${notHttp2.length + 1}\r\nConnection: close\r\n\r\n${notHttp2}\n`,
};

/** The alert is protocol_version, fatal (RFC 8446 §6). */
const tls: Stranger = {
  reason: 'tls_on_plain_port',
  message: 'this port speaks gRPC without TLS; make the exporter insecure, or put a proxy that ends TLS before it',
  answer: Buffer.from([0x15, 3, 1, 0, 2, 2, 70]),
};

const other: Stranger = {
  reason: 'malformed_request',
  message: 'what came is neither HTTP/2 nor anything that is known',
  answer: '',
};

const tooSlow: Stranger = {
  reason: 'request_timeout',
  message: 'the connection did not begin within its time',
  answer: '',
};

/** Waits for the first bytes of `socket`. One that ends, or says nothing at all in time, is closed without being counted. */
export function awaitPreface(socket: Socket, rules: PrefaceRules): void {
  const sender = senderOf(socket);
  const refuse = ({ reason, message, answer }: Stranger): void => {
    forget();
    rules.countRefused({ reason, sender, message });
    socket.end(answer, () => socket.destroy());
  };
  let begun: Buffer = Buffer.alloc(0);
  const look = (): void => {
    const more: Buffer | null = socket.read();
    if (more === null) return;
    begun = Buffer.concat([begun, more]);
    const known = Math.min(begun.length, preface.length);
    if (!begun.subarray(0, known).equals(preface.subarray(0, known))) refuse(strangerOf(begun));
    else if (known === preface.length) {
      forget();
      socket.unshift(begun);
      rules.accept(socket);
    }
  };
  const stopWaiting = after(rules.prefaceMs, () => {
    if (socket.bytesRead === 0) socket.destroy();
    else refuse(tooSlow);
  });
  const forget = (): void => {
    stopWaiting();
    socket.off('readable', look);
    socket.off('close', forget);
  };
  socket.on('readable', look);
  socket.once('close', forget);
}

function strangerOf(bytes: Buffer): Stranger {
  if (bytes[0] === 0x16 && (bytes.length < 2 || bytes[1] === 0x03)) return tls;
  return /^[A-Z]{3,7} \S+/.test(bytes.subarray(0, 64).toString('latin1')) ? http1 : other;
}

/** Without the port, as callers are named. */
function senderOf(socket: Socket): string {
  return socket.remoteAddress ?? 'unknown';
}

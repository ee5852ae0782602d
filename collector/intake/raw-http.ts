/** One TCP connection that a test writes to byte by byte, with the replies that came back. */
import { createConnection, type Socket } from 'node:net';

/** One reply; header names in lower case. */
export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RawConnection {
  readonly socket: Socket;
  readonly write: (data: string | Uint8Array) => void;
  /** The next reply, read by its Content-Length. @throws when the connection ends before */
  readonly reply: () => Promise<RawReply>;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
}

/** Connects to `url`'s host and port. */
export async function connectRaw(url: string): Promise<RawConnection> {
  const socket = createConnection({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: false });
  let received: Buffer = Buffer.alloc(0);
  let wake = (): void => {};
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) =>
    socket.on('close', () => {
      isClosed = true;
      wake();
      resolve();
    }),
  );
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const reply = async (): Promise<RawReply> => {
    for (;;) {
      const found = parse(received);
      if (found !== null) {
        received = received.subarray(found.length);
        return found.reply;
      }
      if (isClosed) throw new Error(`the connection ended after ${JSON.stringify(received.toString('latin1'))}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { socket, write: (data) => void socket.write(data), reply, closed };
}

/** Head of a POST; one header a line. */
export function postHead(path: string, ...headers: readonly string[]): string {
  return [`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/x-protobuf', ...headers, '', ''].join('\r\n');
}

/** One chunk of a chunked body; an empty one ends it. */
export function chunkOf(data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

function parse(received: Buffer): { readonly reply: RawReply; readonly length: number } | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  if (received.length < length) return null;
  return { reply: { status: Number(first.split(' ')[1]), headers, body: received.subarray(end + 4, length) }, length };
}

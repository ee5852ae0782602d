/**
 * Reaches what the gRPC library keeps to itself. It holds a request's pieces and decompresses them without asking anybody for the
 * memory; the intake must know of every byte before it is kept. Where a version of the library has neither field, calls still work and
 * one message at a time stays within its cap.
 */
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { Compression } from './inflate-message.ts';

/** The HTTP/2 stream below a call. */
export interface LibraryStream {
  /** Before the library itself has the chunk. */
  readonly prependListener: (event: 'data', listener: (chunk: Buffer) => void) => unknown;
  readonly once: (event: 'close', listener: () => void) => unknown;
  readonly close: () => void;
  readonly session?: LibrarySession | null;
}

/** The connection below a stream. */
interface LibrarySession {
  readonly destroyed: boolean;
  readonly setLocalWindowSize: (bytes: number) => void;
  readonly settings: (settings: { readonly initialWindowSize: number }) => void;
}

interface Inside {
  readonly stream?: LibraryStream;
  incomingEncoding?: string;
}

/** Null when the library has none to show. */
export function streamOf(call: ServerInterceptingCallInterface): LibraryStream | null {
  const { stream } = insideOf(call);
  return typeof stream?.prependListener === 'function' && typeof stream.close === 'function' ? stream : null;
}

/** How the message is compressed, which from now on is the caller's to undo; null when it is not, or when the library does it. */
export function takeCompression(call: ServerInterceptingCallInterface): Compression | null {
  const inside = insideOf(call);
  const encoding = inside.incomingEncoding;
  if (encoding !== 'gzip' && encoding !== 'deflate') return null;
  inside.incomingEncoding = 'identity';
  return encoding;
}

const widened = new WeakSet<LibrarySession>();

/**
 * Lets a client send so many bytes before it must wait for us to say that they were read; HTTP/2 begins with 64 KiB, which is a body's
 * half, so that a sender far away would wait several times for each.
 */
export function widenWindow(call: ServerInterceptingCallInterface, bytes: number): void {
  const session = streamOf(call)?.session;
  if (session === undefined || session === null || session.destroyed || widened.has(session)) return;
  widened.add(session);
  session.settings({ initialWindowSize: bytes });
  session.setLocalWindowSize(bytes);
}

function insideOf(call: ServerInterceptingCallInterface): Inside {
  return call as Inside;
}

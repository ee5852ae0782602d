/** How much one gRPC client can make the listener hold, and for how long. */
import type { ServerOptions } from '@grpc/grpc-js';
import { minuteMs, secondMs } from '../../../src/kernel/duration.ts';
import type { IntakeLimits } from '../options.ts';

/** Bounds of one listener; bytes have theirs in the limits of the intake. */
export interface GrpcBounds {
  /** Connections beyond these are dropped when they come. */
  readonly maxConnections: number;
  /** Calls at a time on one connection; clients queue further ones. */
  readonly maxStreams: number;
  /** Calls at a time on all connections together; further ones are told to come again. */
  readonly maxCalls: number;
  /** What one connection may send before we have read what it sent before. */
  readonly windowBytes: number;
  /** From the connection to its first bytes, which must be those of HTTP/2. */
  readonly prefaceMs: number;
  /** From the first header to the last byte of a request. */
  readonly receiveMs: number;
  /** A refused sender may finish reading the answer for so long before its call is cut. */
  readonly refusedMs: number;
  /** A connection without a call for so long is closed. */
  readonly idleMs: number;
  /** How often a silent peer is asked whether it is still there, and how long it may take to answer. */
  readonly pingMs: number;
  readonly pongMs: number;
  /** What is under way at the end may take so long; then it is cut. */
  readonly closeGraceMs: number;
}

/** Exporters wait at most 10 s for an answer (OTLP specification), so a minute is long enough for any that is alive. */
export const defaultGrpcBounds: GrpcBounds = {
  maxConnections: 1_024,
  maxStreams: 128,
  maxCalls: 4_096,
  windowBytes: 1_048_576,
  prefaceMs: 10 * secondMs,
  receiveMs: minuteMs,
  refusedMs: secondMs,
  idleMs: 15 * minuteMs,
  pingMs: 2 * minuteMs,
  pongMs: 20 * secondMs,
  closeGraceMs: secondMs,
};

/** The bounds in the words of the gRPC library. */
export function serverOptions(bounds: GrpcBounds, limits: IntakeLimits): ServerOptions {
  return {
    'grpc.max_receive_message_length': limits.maxBodyBytes,
    'grpc.max_concurrent_streams': bounds.maxStreams,
    'grpc.max_connection_idle_ms': bounds.idleMs,
    'grpc.keepalive_time_ms': bounds.pingMs,
    'grpc.keepalive_timeout_ms': bounds.pongMs,
    'grpc.enable_channelz': 0,
  };
}

/** Stands before every export call: the token first, then the memory, and only then the message is read. */
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { AppError } from '../../../src/kernel/errors.ts';
import { Admission, type Holding } from '../admission.ts';
import { AdmittedCall, refuseCall } from './admitted-call.ts';
import { exportServices } from './export-services.ts';
import type { GrpcIntakeOptions } from './grpc-intake.ts';
import type { GrpcBounds } from './grpc-options.ts';
import { statusOf } from './grpc-status.ts';

/** `of` finds what was admitted with these headers. */
export interface CallGate {
  readonly interceptor: ServerInterceptor;
  /** @throws INTERNAL for headers that never passed */
  readonly of: (metadata: Metadata) => AdmittedCall;
}

const exportPaths = new Set(Object.values(exportServices).map((service) => `/${service}/Export`));

/** One per listener. */
export function createCallGate(options: GrpcIntakeOptions, bounds: GrpcBounds): CallGate {
  const { log, limits, authorize, clock, countRefused = () => {} } = options;
  const own = new Admission(limits, clock);
  const hold = options.hold ?? ((caller: string): Holding => own.hold(caller));
  const rules = { bounds, maxBodyBytes: limits.maxBodyBytes, log, countRefused };
  const calls = new WeakMap<Metadata, AdmittedCall>();
  const interceptor: ServerInterceptor = (method, call) => {
    if (!exportPaths.has(method.path)) return new ServerInterceptingCall(call);
    let admitted: AdmittedCall | null = null;
    const onReceiveMetadata = (metadata: Metadata, next: (metadata: Metadata) => void): void => {
      try {
        const { mayBackfill, caller = peerOf(call) } = authorize({ authorization: authorizationOf(metadata) });
        admitted = new AdmittedCall(call, { mayBackfill, caller }, hold(caller), rules);
      } catch (error) {
        countRefused(error instanceof AppError ? error.code.toLowerCase() : 'internal');
        refuseCall(call, statusOf(error, log), bounds.refusedMs);
        return;
      }
      calls.set(metadata, admitted);
      next(metadata);
    };
    const onReceiveHalfClose = (next: () => void): void => {
      admitted?.arrived();
      next();
    };
    const listener = { onReceiveMetadata, onReceiveHalfClose, onCancel: () => admitted?.ended() };
    return new ServerInterceptingCall(call, { start: (next) => next(listener) });
  };
  return { interceptor, of: (metadata) => calls.get(metadata) ?? neverPassed() };
}

function authorizationOf(metadata: Metadata): string | null {
  const [value] = metadata.get('authorization');
  return typeof value === 'string' ? value : null;
}

/** Without a token the machine is the caller, as over HTTP; the library writes `address:port`. */
function peerOf(call: ServerInterceptingCallInterface): string {
  return call.getPeer().replace(/:\d+$/, '');
}

function neverPassed(): never {
  throw new AppError('INTERNAL', 'a gRPC call reached its handler without having been admitted');
}

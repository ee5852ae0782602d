/** Stands before every export call: the token first, then the memory, and only then the message is read. */
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { AppError } from '../../../src/kernel/errors.ts';
import { readVia, viaHeader } from '../../forward/index.ts';
import { Admission, type Holding } from '../admission.ts';
import type { RefusedBody } from '../refused-book.ts';
import { AdmittedCall, refuseCall } from './admitted-call.ts';
import { exportServices } from './export-services.ts';
import type { GrpcIntakeOptions } from './grpc-intake.ts';
import type { GrpcBounds } from './grpc-options.ts';
import { statusOf } from './grpc-status.ts';
import { widenWindow } from './library-call.ts';

/** `of` finds what was admitted with these headers. */
export interface CallGate {
  readonly interceptor: ServerInterceptor;
  /** @throws INTERNAL for headers that never passed */
  readonly of: (metadata: Metadata) => AdmittedCall;
}

const exportPaths = new Set(Object.values(exportServices).map((service) => `/${service}/Export`));

/** Of a health check. */
const otherMessageBytes = 1_024;

/** One per listener. */
export function createCallGate(options: GrpcIntakeOptions, bounds: GrpcBounds): CallGate {
  const { log, countRefused = () => {} } = options;
  const admit = admitterOf(options, bounds);
  const calls = new WeakMap<Metadata, AdmittedCall>();
  let open = 0;
  const interceptor: ServerInterceptor = (method, call) => {
    let admitted: AdmittedCall | null = null;
    const onReceiveMetadata = (metadata: Metadata, next: (metadata: Metadata) => void): void => {
      try {
        if (open >= bounds.maxCalls) throw tooManyCalls(bounds.maxCalls);
        admitted = admit(method.path, call, metadata);
        widenWindow(call, bounds.windowBytes);
        open += 1;
      } catch (error) {
        countRefused(refusedBy(error, peerOf(call)));
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
    const onCancel = (): void => {
      if (admitted !== null) open -= 1;
      admitted?.ended();
    };
    return new ServerInterceptingCall(call, {
      start: (next) => next({ onReceiveMetadata, onReceiveHalfClose, onCancel }),
    });
  };
  return { interceptor, of: (metadata) => calls.get(metadata) ?? neverPassed() };
}

type Admit = (path: string, call: ServerInterceptingCallInterface, metadata: Metadata) => AdmittedCall;

/** Telemetry needs a token where tokens are configured; whether we are well may be asked by everybody, briefly. */
function admitterOf({ limits, log, authorize, clock, ...options }: GrpcIntakeOptions, bounds: GrpcBounds): Admit {
  const { countRefused = () => {} } = options;
  const alone = new Admission(limits, clock);
  const hold = options.hold ?? ((caller: string): Holding => alone.hold(caller));
  const rules = { bounds, maxBodyBytes: limits.maxBodyBytes, log, countRefused };
  const otherRules = { ...rules, maxBodyBytes: otherMessageBytes };
  return (path, call, metadata) => {
    const isExport = exportPaths.has(path);
    const identity = isExport ? authorize({ authorization: authorizationOf(metadata) }) : { mayBackfill: false };
    const via = readVia(metadata.get(viaHeader).map(String));
    const by = { mayBackfill: identity.mayBackfill, caller: identity.caller ?? peerOf(call), via };
    const holding = hold(by.caller);
    const own = { ...rules, maxBodyBytes: Math.min(rules.maxBodyBytes, holding.maxBodyBytes) };
    return new AdmittedCall(call, by, holding, isExport ? own : otherRules);
  };
}

function refusedBy(thrown: unknown, sender: string): RefusedBody {
  if (!(thrown instanceof AppError)) return { way: 'grpc', reason: 'internal', sender };
  const { details, code, message } = thrown;
  const reason = typeof details.reason === 'string' ? details.reason : code.toLowerCase();
  return { way: 'grpc', reason, sender, message };
}

function tooManyCalls(maxCalls: number): AppError {
  return new AppError('OVERLOADED', `${maxCalls} calls are open at the moment; send this batch again in a second`);
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

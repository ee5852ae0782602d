/** OTLP over gRPC: what a listener needs, and its life. The gRPC library is loaded when it first listens, not by who only reads. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Holding } from '../admission.ts';
import type { IntakeCaller } from '../collector.ts';
import type { IntakeLimits } from '../options.ts';
import type { HandedTelemetry, Received } from '../receive-handed.ts';
import type { RefusedBody } from '../refused-book.ts';
import type { GrpcBounds } from './grpc-options.ts';

/** What a listener is made with. */
export interface GrpcIntakeOptions {
  /** Stores one export request; resolves when it is on disk. @throws AppError */
  readonly receive: (handed: HandedTelemetry) => Promise<Received>;
  /** Decides who is calling, before the message is read. @throws UNAUTHENTICATED, FORBIDDEN, OVERLOADED */
  readonly authorize: (headers: { readonly authorization: string | null }) => IntakeCaller;
  readonly limits: IntakeLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds?: Partial<GrpcBounds> | undefined;
  /** Why nothing can be stored, for the health check; null while it can. */
  readonly failure?: (() => string | null) | undefined;
  /** Where memory is counted; absent, the listener has `limits` for itself. */
  readonly hold?: ((caller: string) => Holding) | undefined;
  /** Is told of each call that was refused before `receive` had it. */
  readonly countRefused?: ((refused: RefusedBody) => void) | undefined;
}

/** One listener. */
export interface GrpcIntake {
  /** Binds once and gives the port; 0 picks a free one. @throws PORT_IN_USE, CONFIG_INVALID when the address is not this machine's */
  readonly listen: (host: string, port: number) => Promise<number>;
  /** Takes no more, lets what is under way end within a grace, cuts the rest. */
  readonly close: () => Promise<void>;
}

/** Nothing is bound before `listen`. */
export function createGrpcIntake(options: GrpcIntakeOptions): GrpcIntake {
  let listener: Promise<GrpcIntake> | null = null;
  return {
    listen: async (host, port) => {
      if (listener !== null) throw new AppError('INTERNAL', 'a gRPC intake listens once; make another one');
      listener = import('./grpc-listener.ts').then((loaded) => loaded.createGrpcListener(options));
      return (await listener).listen(host, port);
    },
    close: async () => (await listener)?.close(),
  };
}

/** OTLP/gRPC on its standard port, beside the server: a busy port is a warning that names it. */
import { type Collector, createGrpcIntake } from '../../collector/index.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { ListenerState, RunningServer } from '../server/index.ts';

/** One listener, or why there is none. */
export interface GrpcListener {
  readonly state: ListenerState;
  readonly close: () => Promise<void>;
}

export async function listenGrpc(parts: {
  readonly collector: Collector;
  readonly server: Pick<RunningServer, 'ingestBy'>;
  readonly config: Config;
  /** 0 picks a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<GrpcListener> {
  const { collector, server, config, port, clock, log } = parts;
  const { host } = config.listen;
  const name = 'OTLP/gRPC';
  const intake = createGrpcIntake({
    ...{ clock, log },
    receive: collector.receive,
    authorize: ({ authorization }) => server.ingestBy(authorization),
    limits: collector.limits,
    failure: collector.failure,
    hold: collector.hold,
    countRefused: collector.countRefused,
  });
  const addressOf = (bound: number): string => `http://${host}:${bound}`;
  try {
    const bound = await intake.listen(host, port);
    return { state: { name, address: addressOf(bound), ok: true, reason: null }, close: intake.close };
  } catch (error) {
    const reason = messageOf(error);
    log.warn({ listener: name, port }, `${name} does not listen: ${reason}`);
    return { state: { name, address: addressOf(port), ok: false, reason }, close: intake.close };
  }
}

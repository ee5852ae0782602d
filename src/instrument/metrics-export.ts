/** Sends all numbers to the collector; each export carries everything since the start, so a lost one repairs itself. */
import type { Clock } from '../kernel/clock.ts';
import type { Registry } from './cells.ts';
import type { Losses } from './losses.ts';
import { encodeMetrics } from './metrics-encoding.ts';
import type { Transport } from './transport.ts';

export interface MetricsExportOptions {
  readonly registry: Registry;
  readonly transport: Transport;
  readonly losses: Losses;
  readonly clock: Clock;
  readonly startMs: number;
  readonly resource: Readonly<Record<string, string | boolean>>;
  /** Runs the sending so that the app's own HTTP tracing does not see it. */
  readonly suppressed: <T>(work: () => T) => T;
}

/** One export; resolves when the collector has answered or is given up. Never rejects on its account. */
export async function exportMetrics(options: MetricsExportOptions): Promise<void> {
  const { registry, transport, losses, clock, startMs, resource } = options;
  const nowMs = clock.nowMs();
  const { body, points } = encodeMetrics(registry.families.values(), { startMs, nowMs, resource });
  if (points === 0) return;
  const result = await options.suppressed(() => transport.send('/v1/metrics', body));
  switch (result.kind) {
    case 'accepted':
      if (result.rejected > 0) losses.points(result.rejected, 'rejected');
      return;
    case 'refused':
      losses.points(points, String(result.status));
      losses.exportFailed();
      return;
    case 'unreachable':
      losses.points(points, 'unreachable');
      losses.exportFailed();
      return;
    default:
      result satisfies never;
  }
}

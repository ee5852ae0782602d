/** Counts what was given up because the collector was away, for the app and for the collector once it is back. */
import { label, metric } from '../kernel/conventions.ts';
import type { CounterCell, Registry } from './cells.ts';

/** What was given up because the collector was away; a lost metric point is repaired by the next export. */
export interface Dropped {
  readonly spans: number;
  readonly points: number;
  /** Log records. */
  readonly logs: number;
  readonly exports: number;
}

/** The running counts, also on {@link metric.exportDropped} with `signal` and `reason`. */
export interface Losses {
  readonly spans: (count: number, reason: string) => void;
  readonly points: (count: number, reason: string) => void;
  readonly logs: (count: number, reason: string) => void;
  readonly exportFailed: () => void;
  readonly read: () => Dropped;
}

export function createLosses(registry: Registry): Losses {
  let spans = 0;
  let points = 0;
  let logs = 0;
  let exports = 0;
  const cells = new Map<string, CounterCell>();
  const count = (signal: 'spans' | 'metrics' | 'logs', by: number, reason: string): void => {
    const key = `${signal} ${reason}`;
    const cell =
      cells.get(key) ?? registry.counter(metric.exportDropped, { [label.signal]: signal, [label.reason]: reason });
    cells.set(key, cell);
    cell.value += by;
  };
  return {
    spans: (by, reason) => {
      spans += by;
      count('spans', by, reason);
    },
    points: (by, reason) => {
      points += by;
      count('metrics', by, reason);
    },
    logs: (by, reason) => {
      logs += by;
      count('logs', by, reason);
    },
    exportFailed: () => {
      exports += 1;
    },
    read: () => ({ spans, points, logs, exports }),
  };
}

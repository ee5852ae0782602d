/** One figure over time as a line on a linear axis from zero, gaps left open. */

import { Plot, type PlotArea, type Reading } from './plot.tsx';
import { linearScale, linearTicks, linePath } from './plot-scale.ts';

export interface LinePlotProps {
  readonly title: string;
  readonly words: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Parallel to the times of `reading`; null is a gap. */
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  readonly threshold?: { readonly value: number; readonly label: string } | null;
  readonly unknown: readonly (readonly [number, number])[];
  readonly reading: Reading;
  /** The axis reaches at least so far. */
  readonly atLeast: number;
}

export function LinePlot(props: LinePlotProps) {
  const { values, threshold = null, reading } = props;
  const highest = Math.max(props.atLeast, (threshold?.value ?? 0) * 1.3, ...values.map((value) => value ?? 0));
  const ticks = linearTicks(highest, 3);
  const y = (area: PlotArea) => linearScale(0, ticks.at(-1) ?? 1, area.bottom, area.top);
  return (
    <Plot
      {...props}
      height={128}
      marks={(area) => ticks.map((tick) => ({ y: y(area)(tick), text: props.format(tick) }))}
      thresholds={(area) => (threshold === null ? [] : [{ y: y(area)(threshold.value), text: threshold.label }])}
    >
      {(area) => (
        <path
          class="line-drawn"
          d={linePath(
            values.map((value, index) =>
              value === null ? null : [area.x(reading.times[index] ?? props.fromMs), y(area)(value)],
            ),
          )}
        />
      )}
    </Plot>
  );
}

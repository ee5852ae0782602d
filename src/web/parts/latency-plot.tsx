/** Durations over time: how many requests fell into which bucket as a heat map, p50 and p95 as lines over it. */
import type { DomainDetail } from '../../contract/index.ts';
import { durationText } from '../format/number.ts';
import { latencyRange } from './latency-range.ts';
import { Plot, type PlotArea, type PlotMark, type Reading } from './plot.tsx';
import { linePath, logScale, logTicks, spread, type ToPx } from './plot-scale.ts';

export interface LatencyPlotProps {
  readonly detail: DomainDetail;
  readonly words: string;
  readonly unknown: readonly (readonly [number, number])[];
  readonly reading: Reading;
}

const levels = 6;

export function LatencyPlot({ detail, words, unknown, reading }: LatencyPlotProps) {
  const [low, high] = latencyRange(detail);
  const ticks = logTicks(low, high);
  const y = (area: PlotArea) => logScale(low, high, area.bottom, area.top);
  return (
    <Plot
      title="Duration"
      words={words}
      height={300}
      rightPx={82}
      fromMs={Date.parse(detail.window.from)}
      toMs={Date.parse(detail.window.to)}
      unknown={unknown}
      reading={reading}
      marks={(area) => ticks.map((tick) => ({ y: y(area)(tick), text: durationText(tick) }))}
      thresholds={(area) => thresholdMarks(detail.thresholds, y(area), area.right - area.left < 360)}
    >
      {(area) => (
        <>
          <Heat detail={detail} area={area} y={y(area)} low={low} high={high} />
          <Percentiles detail={detail} area={area} y={y(area)} times={reading.times} />
        </>
      )}
    </Plot>
  );
}

/** Thresholds at the same place are one line; the first names it, the text below the picture lists all. */
function thresholdMarks(thresholds: DomainDetail['thresholds'], y: ToPx, isNarrow: boolean): readonly PlotMark[] {
  const distinct = [...new Set(thresholds.map(({ ms }) => ms))];
  return distinct.map((ms) => {
    const same = thresholds.filter((one) => one.ms === ms);
    const more = same.length > 1 ? `, and ${same.length - 1} more` : '';
    const label = same[0]?.label ?? '';
    return { y: y(ms), text: isNarrow ? label.replace(/ \(.*\)$/, '') : `${label}${more}` };
  });
}

interface Layer {
  readonly detail: DomainDetail;
  readonly area: PlotArea;
  readonly y: ToPx;
}

function Heat({ detail, area, y, low, high }: Layer & { readonly low: number; readonly high: number }) {
  const { boundsMs, columns } = detail.latency;
  const most = Math.max(1, ...columns.flatMap(({ counts }) => counts));
  return (
    <g class="heat" shape-rendering="crispEdges">
      {columns.flatMap(({ at, counts }) => {
        const fromMs = Date.parse(at);
        const left = area.x(fromMs);
        const width = area.x(Math.min(fromMs + detail.window.stepMs, Date.parse(detail.window.to))) - left;
        return counts.map((count, bucket) => {
          if (count === 0) return null;
          const top = y(boundsMs[bucket] ?? high);
          const bottom = y(bucket === 0 ? low : (boundsMs[bucket - 1] ?? low));
          const level = Math.ceil(Math.sqrt(count / most) * levels) / levels;
          return (
            <rect
              key={`${at} ${bucket}`}
              x={left}
              y={top}
              width={Math.max(1, width)}
              height={Math.max(1, bottom - top)}
              fill-opacity={0.08 + 0.72 * level}
            />
          );
        });
      })}
    </g>
  );
}

function Percentiles({ detail, area, y, times }: Layer & { readonly times: readonly number[] }) {
  const lines = [
    { name: 'p50', values: detail.points.map((point) => point.p50Ms) },
    { name: 'p95', values: detail.points.map((point) => point.p95Ms) },
  ];
  const lasts = lines.map(({ values }) => values.findLast((value) => value !== null) ?? null);
  const labels = spread(
    lasts.map((value) => y(value ?? 1)),
    14,
    area.bottom,
  );
  return (
    <g>
      {lines.map(({ name, values }, at) => {
        const d = linePath(
          values.map((value, index) => (value === null ? null : [area.x(times[index] ?? 0), y(value)])),
        );
        return (
          <g key={name} class={`line-${name}`}>
            <path d={d} class="halo" />
            <path d={d} />
            {lasts[at] != null && (
              <text x={area.right + 6} y={(labels[at] ?? 0) + 4}>
                {name} {durationText(lasts[at] ?? null)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

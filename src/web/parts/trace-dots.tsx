/** Traces as dots on a picture of their durations: each a link; with the focus on one, the arrows go to its neighbours. */
import { useState } from 'preact/hooks';
import type { TraceSummary } from '../../contract/index.ts';
import { durationText } from '../format/number.ts';
import { absoluteText } from '../format/time.ts';
import { pathTo } from '../router.ts';
import { Plot, type PlotArea } from './plot.tsx';
import { logScale, logTicks } from './plot-scale.ts';

export interface TraceDotsProps {
  readonly title: string;
  readonly words: string;
  /** Oldest first. */
  readonly traces: readonly TraceSummary[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly threshold: { readonly ms: number; readonly label: string } | null;
  /** Traces that are shown as bad. */
  readonly isBad: (trace: TraceSummary) => boolean;
  /** How long it took, as it is drawn. */
  readonly msOf: (trace: TraceSummary) => number;
}

export function TraceDots(props: TraceDotsProps) {
  const { traces, threshold } = props;
  const durations = traces.map((one) => Math.max(0.1, props.msOf(one)));
  const low = Math.min(...durations, threshold?.ms ?? Number.POSITIVE_INFINITY) * 0.8;
  const high = Math.max(...durations, threshold?.ms ?? 0) * 1.25;
  const y = (area: PlotArea) => logScale(low, high, area.bottom, area.top);
  return (
    <Plot
      {...props}
      height={220}
      reading={null}
      marks={(area) => logTicks(low, high).map((tick) => ({ y: y(area)(tick), text: durationText(tick) }))}
      thresholds={(area) => (threshold === null ? [] : [{ y: y(area)(threshold.ms), text: threshold.label }])}
      over={(area) => <Dots {...props} area={area} y={y(area)} />}
    >
      {() => null}
    </Plot>
  );
}

function Dots({
  traces,
  isBad,
  msOf,
  area,
  y,
}: TraceDotsProps & { readonly area: PlotArea; readonly y: (ms: number) => number }) {
  const [current, setCurrent] = useState<string | null>(null);
  const stop = traces.some((one) => one.traceId === current) ? current : (traces.at(-1)?.traceId ?? null);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list of links that one Tab reaches, moved in by the arrows
    <div role="group" aria-label="Traces, oldest first; arrow keys go from one to the next" onKeyDown={moveFocus}>
      {traces.map((trace) => {
        const bad = isBad(trace);
        const words = dotWords(trace, msOf(trace), bad);
        return (
          <a
            key={trace.traceId}
            class={`dot${bad ? ' is-over' : ''}${trace.synthetic ? ' is-simulated' : ''}`}
            style={{ left: `${area.x(Date.parse(trace.startTime))}px`, top: `${y(msOf(trace))}px` }}
            href={pathTo.trace(trace.traceId)}
            title={words}
            aria-label={words}
            tabIndex={trace.traceId === stop ? 0 : -1}
            onFocus={() => setCurrent(trace.traceId)}
          >
            <DotShape bad={bad} synthetic={trace.synthetic} />
          </a>
        );
      })}
    </div>
  );
}

function DotShape({ bad, synthetic }: { readonly bad: boolean; readonly synthetic: boolean }) {
  const paint = synthetic
    ? { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.25 }
    : { fill: 'currentColor', 'fill-opacity': 0.8 };
  return (
    <svg viewBox="0 0 10 10" width="9" height="9" aria-hidden="true">
      {bad ? <path d="M5 .8 9.6 9.2H.4z" {...paint} /> : <circle cx="5" cy="5" r="3.6" {...paint} />}
    </svg>
  );
}

function dotWords(trace: TraceSummary, ms: number, bad: boolean): string {
  const state = trace.error ? ', failed' : bad ? ', longer than the threshold' : '';
  return `${trace.rootName}, ${durationText(ms)}${state}${trace.synthetic ? ', simulated' : ''}, ${absoluteText(trace.startTime)}`;
}

/** Left and up to the older neighbour, right and down to the newer one. */
function moveFocus(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const dots = [...event.currentTarget.querySelectorAll<HTMLElement>('.dot')];
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? dots.indexOf(focused) : -1;
  const next: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    Home: 0,
    End: dots.length - 1,
  };
  const wanted = next[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  dots[Math.min(dots.length - 1, Math.max(0, wanted))]?.focus();
}

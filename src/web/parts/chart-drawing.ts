/** Draws one chart with uPlot; loaded on demand. Times are UTC. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartProps } from './chart.tsx';

const height = 180;

/** Draws into the element and follows its width; the result removes everything. */
export function drawChart(element: HTMLElement, props: ChartProps): () => void {
  const plot = new uPlot(optionsOf(element, props), [[...props.line.at], [...props.line.values]], element);
  const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
  observer.observe(element);
  return () => {
    observer.disconnect();
    plot.destroy();
  };
}

function optionsOf(element: HTMLElement, props: ChartProps): uPlot.Options {
  const ink = colourOf(element, '--ink-quiet');
  const grid = colourOf(element, '--line');
  const accent = colourOf(element, '--accent');
  const font = '11px system-ui, sans-serif';
  const axis = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 } };
  return {
    width: element.clientWidth,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: true, live: true },
    cursor: { drag: { x: false, y: false }, points: { size: 5 } },
    scales: { x: { time: true }, y: { range: [...props.range] } },
    axes: [
      { ...axis, size: 26, values: timeLabels },
      { ...axis, size: 60, values: (_, ticks) => ticks.map((tick) => props.format(tick)) },
    ],
    series: [
      {
        label: 'UTC',
        value: (_, at) => (at === null ? '–' : new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ')),
      },
      {
        label: props.title,
        stroke: accent,
        width: 1.25,
        points: { show: false },
        value: (_, value, __, at) => (at === null ? '–' : value === null ? 'no data' : props.format(value)),
      },
    ],
    hooks: {
      drawClear: [(plot) => tintSimulated(plot, props, colourOf(element, '--simulated'))],
      draw: [
        (plot) =>
          drawThreshold(plot, props, { line: colourOf(element, '--breached'), ground: colourOf(element, '--ground') }),
      ],
    },
  };
}

/** Days while the whole is long, hours while it is short. */
function timeLabels(_plot: uPlot, ticks: number[]): string[] {
  return ticks.map((tick) => {
    const at = new Date(tick * 1000);
    const hour = at.toISOString().slice(11, 16);
    return hour === '00:00'
      ? at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
      : hour;
  });
}

function tintSimulated(plot: uPlot, props: ChartProps, tint: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = tint;
  for (const stretch of props.line.simulated) {
    const from = Math.max(bbox.left, plot.valToPos(stretch.from, 'x', true));
    const to = Math.min(bbox.left + bbox.width, plot.valToPos(stretch.to, 'x', true));
    if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
  }
  ctx.restore();
}

/** Dashed, with its label on a ground of its own, so that the line behind it does not cross the words. */
function drawThreshold(
  plot: uPlot,
  props: ChartProps,
  colour: { readonly line: string; readonly ground: string },
): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(props.threshold.value, 'y', true)) + 0.5;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour.line;
  ctx.lineWidth = ratio;
  ctx.setLineDash([5 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  const wide = ctx.measureText(props.threshold.label).width + 8 * ratio;
  const middle = y - bbox.top < 20 * ratio ? y + 11 * ratio : y - 11 * ratio;
  ctx.fillStyle = colour.ground;
  ctx.fillRect(bbox.left + 4 * ratio, middle - 8 * ratio, wide, 16 * ratio);
  ctx.fillStyle = colour.line;
  ctx.fillText(props.threshold.label, bbox.left + 8 * ratio, middle);
  ctx.restore();
}

/** A CSS colour as the canvas needs it: resolved for the present theme. */
function colourOf(element: HTMLElement, token: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${token})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

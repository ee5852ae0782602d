/** A line over time with its threshold drawn, gaps as gaps, simulated stretches tinted; the caption says the same in words. */
import { useEffect, useRef } from 'preact/hooks';
import type { Line } from './chart-data.ts';

export interface ChartProps {
  readonly title: string;
  /** What a person who can not see the picture should know. */
  readonly words: string;
  readonly line: Line;
  readonly threshold: { readonly value: number; readonly label: string };
  readonly range: readonly [number, number];
  readonly format: (value: number) => string;
  /** Fills towards the threshold, for the burn-down. */
  readonly fill?: boolean;
}

/** The drawing itself is loaded when the first chart is shown. */
export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const key = `${props.line.at.length} ${props.line.at.at(-1)} ${props.line.values.at(-1)}`;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let close = () => {};
    let gone = false;
    const draw = () =>
      void import('./chart-drawing.ts').then(({ drawChart }) => {
        close();
        if (!gone) close = drawChart(element, props);
      });
    draw();
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    document.addEventListener('themechange', draw);
    dark.addEventListener('change', draw);
    return () => {
      gone = true;
      close();
      document.removeEventListener('themechange', draw);
      dark.removeEventListener('change', draw);
    };
  }, [key]);
  return (
    <figure class="chart">
      <figcaption>
        <b>{props.title}</b> <span class="quiet">{props.words}</span>
        {props.line.simulated.length > 0 && <span class="legend-simulated">simulated</span>}
      </figcaption>
      <div ref={place} class="plot" role="img" aria-label={`${props.title}. ${props.words}`} />
    </figure>
  );
}

/** The frame of a picture over time: axes with units, dashed thresholds, stretches without data, a reading line for pointer and keys. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { linearScale, type ToPx, timeTicks } from './plot-scale.ts';

/** Where the picture itself is, px. */
export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Unix ms to px. */
  readonly x: ToPx;
}

/** A mark on the vertical axis, or a dashed line across the picture, at `y` px. */
export interface PlotMark {
  readonly y: number;
  readonly text: string;
}

export interface Reading {
  /** Index of the slot read, null = none. */
  readonly index: number | null;
  readonly onRead: (index: number | null) => void;
  /** Middle of each slot, Unix ms ascending. */
  readonly times: readonly number[];
  /** What is read there, in words. */
  readonly text: (index: number) => string;
}

export interface PlotProps {
  readonly title: string;
  /** The picture in words. */
  readonly words: string;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Room at the right for the names of lines, px. */
  readonly rightPx?: number;
  readonly reading: Reading | null;
  /** Half-open stretches of which nothing is known, Unix ms. */
  readonly unknown?: readonly (readonly [number, number])[];
  readonly marks: (area: PlotArea) => readonly PlotMark[];
  readonly thresholds: (area: PlotArea) => readonly PlotMark[];
  readonly children: (area: PlotArea) => ComponentChildren;
  /** What stands over the picture as HTML, such as links. */
  readonly over?: (area: PlotArea) => ComponentChildren;
}

/** A figure that follows the width of its column; caption and label say the same as the picture. */
export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const { reading } = props;
  const shown = reading === null ? null : (reading.index ?? reading.times.length - 1);
  return (
    <figure class="picture">
      <figcaption>
        <b>{props.title}</b> <span class="quiet">{props.words}</span>
      </figcaption>
      <div ref={place} class="picture-place" style={{ height: `${props.height}px` }}>
        {width > 0 && <Drawing {...props} width={width} />}
      </div>
      {reading !== null && shown !== null && shown >= 0 && <p class="reading">{reading.text(shown)}</p>}
    </figure>
  );
}

function Drawing(props: PlotProps & { readonly width: number }) {
  const area = areaOf(props);
  const { reading } = props;
  return (
    <>
      <svg
        viewBox={`0 0 ${props.width} ${props.height}`}
        width={props.width}
        height={props.height}
        role="img"
        aria-label={`${props.title}. ${props.words}`}
      >
        <Axes {...props} area={area} />
        {props.children(area)}
        <Thresholds area={area} marks={props.thresholds(area)} />
        {reading?.index != null && <ReadingLine area={area} atMs={reading.times[reading.index] ?? props.fromMs} />}
      </svg>
      {reading !== null && <Reader area={area} reading={reading} title={props.title} />}
      {props.over?.(area)}
    </>
  );
}

function areaOf({ width, height, rightPx = 8, fromMs, toMs }: PlotProps & { readonly width: number }): PlotArea {
  const left = 58;
  const right = Math.max(left + 40, width - rightPx);
  return { left, right, top: 8, bottom: height - 20, x: linearScale(fromMs, toMs, left, right) };
}

function Axes({ area, marks, fromMs, toMs, unknown = [] }: PlotProps & { readonly area: PlotArea }) {
  const hatch = useId();
  const times = timeTicks(fromMs, toMs, (area.right - area.left) / 64);
  return (
    <g class="picture-axes">
      <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0v5" class="hatch-line" />
      </pattern>
      {unknown.map(([from, to]) => (
        <rect
          key={from}
          x={area.x(from)}
          y={area.top}
          width={Math.max(0, area.x(to) - area.x(from))}
          height={area.bottom - area.top}
          fill={`url(#${hatch})`}
        />
      ))}
      {marks(area).map((mark) => (
        <g key={mark.text}>
          <path d={`M${area.left} ${Math.round(mark.y) + 0.5}H${area.right}`} class="grid-line" />
          <text x={area.left - 6} y={mark.y + 4} text-anchor="end">
            {mark.text}
          </text>
        </g>
      ))}
      {times.map((at) => (
        <text key={at} x={area.x(at)} y={area.bottom + 15} text-anchor="middle">
          {new Date(at).toISOString().slice(11, 16)}
        </text>
      ))}
    </g>
  );
}

function Thresholds({ area, marks }: { readonly area: PlotArea; readonly marks: readonly PlotMark[] }) {
  return (
    <g class="picture-thresholds">
      {marks.map((mark) => {
        const y = Math.round(mark.y) + 0.5;
        return (
          <g key={mark.text}>
            <path d={`M${area.left} ${y}H${area.right}`} />
            <text x={area.left + 5} y={y - area.top < 14 ? y + 12 : y - 4}>
              {mark.text}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function ReadingLine({ area, atMs }: { readonly area: PlotArea; readonly atMs: number }) {
  const x = Math.round(area.x(atMs)) + 0.5;
  return <path d={`M${x} ${area.top}V${area.bottom}`} class="reading-line" />;
}

/** Follows the pointer; with the focus the arrows move it, so that every slot can be read (and heard). */
function Reader({
  area,
  reading,
  title,
}: {
  readonly area: PlotArea;
  readonly reading: Reading;
  readonly title: string;
}) {
  const last = reading.times.length - 1;
  const index = reading.index ?? last;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    Home: 0,
    End: last,
  };
  return (
    <div
      class="reader"
      style={{ left: `${area.left}px`, top: `${area.top}px`, width: `${area.right - area.left}px`, bottom: '20px' }}
      role="slider"
      tabIndex={0}
      aria-label={`${title}: point of time to read`}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index}
      aria-valuetext={reading.text(index)}
      onPointerMove={(event) => reading.onRead(nearest(reading.times, area, event.offsetX + area.left))}
      onPointerLeave={() => reading.onRead(null)}
      onBlur={() => reading.onRead(null)}
      onKeyDown={(event) => {
        const next = steps[event.key];
        if (next === undefined) return;
        event.preventDefault();
        reading.onRead(Math.min(last, Math.max(0, next)));
      }}
    />
  );
}

function nearest(times: readonly number[], area: PlotArea, px: number): number {
  let best = 0;
  times.forEach((at, index) => {
    if (Math.abs(area.x(at) - px) < Math.abs(area.x(times[best] ?? 0) - px)) best = index;
  });
  return best;
}

/** The width of the element, 0 before it is known. */
function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return width;
}

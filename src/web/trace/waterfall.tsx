/** The waterfall: a tree of spans beside one common time axis. */
import { useState } from 'preact/hooks';
import { durationText } from '../format/number.ts';
import { domainColour, useCatalogue } from '../parts/domain-name.tsx';
import { Shape } from '../parts/mark.tsx';
import { isInBrowser } from './browser.ts';
import { tickStep } from './interval.ts';
import type { Waterfall, WaterfallRow } from './layout.ts';
import type { LogMark } from './log-marks.ts';

const scale = 1000;
const firstRows = 300;
const noMarks: readonly LogMark[] = [];

interface WaterfallProps {
  readonly waterfall: Waterfall;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
  /** Log records by the row of their span. */
  readonly marks: ReadonlyMap<string, readonly LogMark[]>;
}

/** Own time is solid, waiting for children light, the bus dotted; the critical path has a bold name and a line below its bar. */
export function WaterfallTable({ waterfall, selected, onSelect, marks }: WaterfallProps) {
  const [all, setAll] = useState(false);
  const rows = all ? waterfall.rows : waterfall.rows.slice(0, firstRows);
  const step = tickStep(waterfall.totalMs, 6);
  return (
    <div class="frame">
      <table class="waterfall" style={{ '--tick': `${(step / Math.max(step, waterfall.totalMs)) * 100}%` }}>
        <caption class="hidden">Spans in tree order with their time</caption>
        <thead>
          <tr>
            <th scope="col">Span</th>
            <th scope="col" class="number">
              Own
            </th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="axis-head">
              <Axis totalMs={waterfall.totalMs} step={step} />
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.key}
              row={row}
              totalMs={waterfall.totalMs}
              isSelected={row.key === selected}
              marks={marks.get(row.key) ?? noMarks}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </table>
      {rows.length < waterfall.rows.length && (
        <p>
          <button type="button" onClick={() => setAll(true)}>{`Show all ${waterfall.rows.length} spans`}</button>
        </p>
      )}
    </div>
  );
}

function Axis({ totalMs, step }: { readonly totalMs: number; readonly step: number }) {
  const ticks = Array.from({ length: Math.floor((totalMs * 0.9) / step) + 1 }, (_, at) => at * step);
  return (
    <span class="axis">
      {ticks.map((tick) => (
        <span key={tick} style={{ left: `${(tick / Math.max(1e-9, totalMs)) * 100}%` }}>
          {tick === 0 ? '0' : durationText(tick)}
        </span>
      ))}
    </span>
  );
}

function Row(props: {
  readonly row: WaterfallRow;
  readonly totalMs: number;
  readonly isSelected: boolean;
  readonly marks: readonly LogMark[];
  readonly onSelect: (key: string) => void;
}) {
  const { row, isSelected } = props;
  const { span } = row;
  const catalogue = useCatalogue();
  const colour = domainColour(span.domain, catalogue);
  const inBrowser = isInBrowser(span);
  const kind = `${isSelected ? 'is-selected' : ''}${row.onPath ? ' is-on-path' : ''}${row.crosses ? ' is-seam' : ''}${inBrowser ? ' is-browser' : ''}`;
  return (
    <tr class={kind} style={{ '--domain': colour }}>
      <th scope="row">
        <button
          type="button"
          data-row
          aria-pressed={isSelected}
          onClick={() => props.onSelect(row.key)}
          style={{ paddingLeft: `${8 + Math.min(row.depth, 12) * 12}px` }}
          title={rowTitle(row)}
        >
          {span.status === 'error' && (
            <span class="tone-breached">
              <Shape tone="breached" />
              <span class="hidden">failed </span>
            </span>
          )}
          {inBrowser && <span class="in-browser">browser</span>}
          {(row.crosses || row.depth === 0) && (span.domain !== null || !inBrowser) && (
            <span class="seam">{span.domain ?? 'unmapped'}</span>
          )}
          <span class="span-name">{row.count > 1 ? `${row.count} × ${span.name}` : span.name}</span>
        </button>
      </th>
      <td class="number">{durationText(row.selfMs)}</td>
      <td class="number quiet">{durationText(row.tookMs)}</td>
      <td class="lane">
        <Lane row={row} totalMs={props.totalMs} marks={props.marks} />
      </td>
    </tr>
  );
}

function Lane(props: { readonly row: WaterfallRow; readonly totalMs: number; readonly marks: readonly LogMark[] }) {
  const { row, totalMs } = props;
  const x = (ms: number) => (ms / Math.max(1e-9, totalMs)) * scale;
  const width = (from: number, to: number) => Math.max(2, x(to) - x(from));
  return (
    <svg viewBox={`0 0 ${scale} 22`} preserveAspectRatio="none" aria-hidden="true">
      {row.bus && <path d={`M${x(row.bus.from)} 11H${x(row.bus.to)}`} class="bus" />}
      {row.count === 1 && <rect x={x(row.from)} y="6" width={width(row.from, row.to)} height="10" class="waiting" />}
      {row.own.map((part) => (
        <rect key={part.from} x={x(part.from)} y="6" width={width(part.from, part.to)} height="10" class="own" />
      ))}
      {row.span.status === 'error' && (
        <rect x={x(row.from)} y="3.5" width={width(row.from, row.to)} height="2" class="fill-breached" />
      )}
      {row.onPath && <rect x={x(row.from)} y="17.5" width={width(row.from, row.to)} height="1.5" class="path" />}
      {props.marks.map((mark, at) => (
        <path key={`${mark.atMs} ${at}`} d={`M${x(mark.atMs)} 2V20`} class={`log is-${mark.tone}`} />
      ))}
    </svg>
  );
}

function rowTitle(row: WaterfallRow): string {
  const parts = [
    `${isInBrowser(row.span) ? 'in the browser · ' : ''}${row.span.domain ?? 'unmapped'} · ${row.span.name}`,
    `took ${durationText(row.tookMs)}, itself ${durationText(row.selfMs)}${row.count > 1 ? `, ${row.count} calls together` : ''}`,
  ];
  if (row.bus) parts.push(`after ${durationText(row.bus.to - row.bus.from)} on the bus or queued`);
  if (row.onPath) parts.push('on the critical path');
  return parts.join('\n');
}

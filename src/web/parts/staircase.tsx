/** Offered load as stairs, achieved load as bars, each step's verdict above it, today's peak as a line. */
import { useRef } from 'preact/hooks';
import type { RehearsalAnswer } from '../../contract/index.ts';
import { loadMark } from '../format/operation-marks.ts';
import { achievedWords, rateText, staircaseWords } from '../format/rehearsal-sentence.ts';
import { Shape } from './mark.tsx';
import { layOutStairs, type Staircase, stairBox } from './staircase-layout.ts';
import { useWidth } from './use-width.ts';

/** As wide as its place. */
export function StaircaseChart({ rehearsal }: { readonly rehearsal: RehearsalAnswer }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const words = staircaseWords(rehearsal.steps);
  const stairs = layOutStairs(rehearsal, width);
  return (
    <figure class="chart staircase">
      <figcaption>
        <b>Offered and achieved</b> <span class="quiet">{words}</span>
        <span class="key">
          <span>
            <i class="key-offered" /> offered
          </span>
          <span>
            <i class="key-achieved" /> achieved
          </span>
          {stairs.band && (
            <span>
              <i class="key-band" /> where the first objective breaks
            </span>
          )}
        </span>
      </figcaption>
      <div ref={place}>
        <svg width={width} height={stairBox.height} role="img" aria-label={`Offered and achieved. ${words}`}>
          <Ticks stairs={stairs} width={width} />
          {stairs.columns.map((column) => (
            <Achieved key={column.x} column={column} floor={stairs.floor} />
          ))}
          <Stairs stairs={stairs} />
          <Marks stairs={stairs} width={width} />
          {rehearsal.steps.map((step, at) => (
            <StepLabel key={step.index} step={step} column={stairs.columns[at]} floor={stairs.floor} />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function Ticks({ stairs, width }: { readonly stairs: Staircase; readonly width: number }) {
  return (
    <>
      {stairs.ticks.map((tick) => (
        <g key={tick.label}>
          <path d={`M${stairBox.left} ${tick.y}H${width - stairBox.right}`} class="track" />
          <text x={stairBox.left - 6} y={tick.y + 4} text-anchor="end">
            {tick.label}
          </text>
        </g>
      ))}
    </>
  );
}

function Achieved({ column, floor }: { readonly column: Staircase['columns'][number]; readonly floor: number }) {
  if (column.achievedY === null) return null;
  const width = Math.max(1, column.width - 8);
  return (
    <rect x={column.x + 4} y={column.achievedY} width={width} height={floor - column.achievedY} class="achieved" />
  );
}

/** The verdict above the step, its number below; the whole column answers to the pointer. */
function StepLabel(props: {
  readonly step: RehearsalAnswer['steps'][number];
  readonly column: Staircase['columns'][number] | undefined;
  readonly floor: number;
}) {
  const { step, column, floor } = props;
  if (!column) return null;
  const mark = loadMark[step.verdict];
  const middle = column.x + column.width / 2;
  const roomy = column.width > 66;
  return (
    <g class={`tone-${mark.tone}`}>
      <title>{stepTitle(step)}</title>
      <rect x={column.x} y={stairBox.top} width={column.width} height={floor - stairBox.top} class="ground-clear" />
      <g transform={`translate(${roomy ? middle - 24 : middle - 5} ${column.offeredY - 17})`}>
        <Shape tone={mark.tone} />
      </g>
      {roomy && (
        <text x={middle - 9} y={column.offeredY - 8} class="verdict has-ground">
          {mark.word}
        </text>
      )}
      <text x={middle} y={floor + 16} text-anchor="middle">
        {step.index + 1}
      </text>
    </g>
  );
}

function stepTitle(step: RehearsalAnswer['steps'][number]): string {
  const rates = `${rateText(step.offeredPerSecond)} offered, ${rateText(step.achievedPerSecond)} achieved`;
  const share = achievedWords(step.offeredPerSecond, step.achievedPerSecond);
  const why = step.reason === null ? '' : `: ${step.reason}`;
  return `step ${step.index + 1}, ${rates} (${share}): ${loadMark[step.verdict].word}${why}`;
}

/** One stepped line over all columns. */
function Stairs({ stairs }: { readonly stairs: Staircase }) {
  const path = stairs.columns.map((one, at) => `${at === 0 ? 'M' : 'L'}${one.x} ${one.offeredY}h${one.width}`).join('');
  return path === '' ? null : <path d={path} class="offered" />;
}

function Marks({ stairs, width }: { readonly stairs: Staircase; readonly width: number }) {
  const end = width - stairBox.right;
  return (
    <>
      {stairs.band && (
        <rect
          x={stairBox.left}
          y={stairs.band.y}
          width={end - stairBox.left}
          height={stairs.band.height}
          class="break-band"
        />
      )}
      <path d={`M${stairBox.left} ${stairs.floor}H${end}`} class="axis" />
      <text x={(stairBox.left + end) / 2} y={stairs.floor + 31} text-anchor="middle">
        step
      </text>
      {stairs.peak && (
        <>
          <path d={`M${stairBox.left} ${stairs.peak.y}H${end}`} class="threshold-mark" />
          <text x={end - 8} y={stairs.peak.y - 5} text-anchor="end" class="strong">
            {stairs.peak.label}
          </text>
        </>
      )}
      {stairs.band && (
        <text x={stairBox.left + 6} y={stairs.band.y + 14} class="strong">
          {stairs.band.label}
        </text>
      )}
    </>
  );
}

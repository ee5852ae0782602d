/** A trigger's value on a linear scale from zero, with the threshold and the 80 % mark below which it clears. */
import type { TriggerAnswer } from '../../contract/index.ts';
import { valueText } from '../format/number.ts';
import { triggerMark } from '../format/state.ts';
import { measuredText, scaleEnd } from '../format/trigger-sentence.ts';

/** Below this share of the threshold a fired trigger begins to clear. */
const clearingShare = 0.8;

/** `labels` writes the two marks under the scale. */
export function Scale({
  trigger,
  width,
  labels,
}: {
  readonly trigger: TriggerAnswer;
  readonly width: number;
  readonly labels: boolean;
}) {
  const end = scaleEnd(trigger);
  const x = (value: number) => Math.min(width - 1, (value / end) * (width - 2) + 1);
  const { threshold, value, interval, unit } = trigger;
  const tone = triggerMark[trigger.state].tone;
  const drawn = threshold !== null && threshold > 0;
  const over = threshold !== null && value !== null && value > threshold;
  const height = labels ? 28 : 14;
  const words = `${value === null ? 'not measured' : measuredText(trigger)}; threshold ${valueText(threshold, unit)}`;
  return (
    <svg
      class={value === null ? 'scale is-hatched' : 'scale'}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      <path d={`M1 9.5h${width - 2}`} class="track" />
      {value !== null && (
        <rect
          x="1"
          y="6"
          width={Math.max(1, x(value) - 1)}
          height="7"
          class={over ? 'fill-breached' : `fill-${tone === 'unknown' ? 'unknown' : 'quiet'}`}
        />
      )}
      {interval && (
        <path
          d={`M${x(interval.low)} 9.5H${x(interval.high)}M${x(interval.low)} 7v5M${x(interval.high)} 7v5`}
          class="whisker"
        />
      )}
      {drawn && <Marks at={x(threshold)} clearAt={x(threshold * clearingShare)} />}
      {labels && drawn && (
        <>
          <text
            x={x(threshold * clearingShare) - 3}
            y="26"
            text-anchor="end"
          >{`clears ${valueText(threshold * clearingShare, '')}`}</text>
          <text x={x(threshold) - 1} y="26" class="strong">
            {valueText(threshold, unit.length > 3 ? '' : unit)}
          </text>
        </>
      )}
    </svg>
  );
}

function Marks({ at, clearAt }: { readonly at: number; readonly clearAt: number }) {
  return (
    <>
      <path d={`M${clearAt} 5v9`} class="clearing-mark" />
      <path d={`M${at} 1v17`} class="threshold-mark" />
    </>
  );
}

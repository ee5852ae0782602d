/** The steps of one run as a bar on a scale of time: solid parts took the time, a failed part is in the breached colour. */
import type { ProbeStep } from '../../contract/index.ts';
import { durationText } from '../format/number.ts';
import { stepMark } from '../format/operation-marks.ts';

/** `scaleMs` is the full width; parts alternate in tone so that each can be told from the next. */
export function StepBar({
  steps,
  scaleMs,
  width,
}: {
  readonly steps: readonly ProbeStep[];
  readonly scaleMs: number;
  readonly width: number;
}) {
  const words = steps.map(
    (one) => `${one.title}: ${one.durationMs === null ? stepMark[one.state].word : durationText(one.durationMs)}`,
  );
  return (
    <svg
      class="step-bar"
      viewBox={`0 0 ${width} 12`}
      width={width}
      height="12"
      role="img"
      aria-label={words.join(', ')}
    >
      <path d={`M0 6h${width}`} class="track" />
      {steps.map((step, at) => (
        <Part key={step.id} step={step} at={at} scaleMs={scaleMs} width={width} />
      ))}
    </svg>
  );
}

function Part(props: {
  readonly step: ProbeStep;
  readonly at: number;
  readonly scaleMs: number;
  readonly width: number;
}) {
  const { step, scaleMs, width } = props;
  if (step.startMs === null || step.durationMs === null || scaleMs <= 0) return null;
  const x = (step.startMs / scaleMs) * width;
  const wide = Math.max(1.5, (step.durationMs / scaleMs) * width - 0.75);
  const tone = step.state === 'failed' ? 'fill-breached' : props.at % 2 === 0 ? 'fill-step' : 'fill-step-other';
  return (
    <rect x={Math.min(x, width - 1.5)} y="2" width={wide} height="8" class={tone}>
      <title>{`${step.title}: ${durationText(step.durationMs)}, ${stepMark[step.state].word}`}</title>
    </rect>
  );
}

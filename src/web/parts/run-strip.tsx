/** A day of runs as 96 slots of a quarter of an hour: low is well, full is failed, a dot is no run. */
import type { ProbeAnswer } from '../../contract/index.ts';
import { runDayText } from '../format/probe-sentence.ts';
import { absoluteText } from '../format/time.ts';

const wide = 3;

/** Oldest first; a slot with failures is as tall as their share, at least half. */
export function RunStrip({ day, large = false }: { readonly day: ProbeAnswer['day']; readonly large?: boolean }) {
  return (
    <svg
      class={large ? 'run-strip is-large' : 'run-strip'}
      viewBox={`0 0 ${Math.max(1, day.length) * wide} 16`}
      preserveAspectRatio="none"
      height="16"
      role="img"
      aria-label={runDayText(day)}
    >
      {day.map((slot, at) => (
        <Slot key={slot.at} slot={slot} x={at * wide} />
      ))}
    </svg>
  );
}

function Slot({ slot, x }: { readonly slot: ProbeAnswer['day'][number]; readonly x: number }) {
  const runs = slot.ok + slot.failed;
  const words =
    runs === 0 ? 'no run' : slot.failed === 0 ? `${runs} runs, none failed` : `${slot.failed} of ${runs} runs failed`;
  const failedHeight = runs === 0 ? 0 : 7 + 7 * (slot.failed / runs);
  return (
    <g>
      <title>{`${absoluteText(slot.at).slice(0, 16)} UTC: ${words}`}</title>
      <rect x={x} y="0" width={wide} height="16" class="ground-clear" />
      {runs === 0 && <path d={`M${x} 12h${wide - 1.5}`} class="line-unknown" />}
      {runs > 0 && slot.failed === 0 && <rect x={x} y="9" width={wide - 0.8} height="5" class="fill-met" />}
      {slot.failed > 0 && (
        <rect x={x} y={14 - failedHeight} width={wide - 0.8} height={failedHeight} class="fill-breached" />
      )}
    </g>
  );
}

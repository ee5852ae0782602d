/** Daily states as a strip: height and hatching before colour, simulated days on the tinted ground. */
import type { ObjectivePoint } from '../../contract/index.ts';
import { shareOf, shareText } from '../format/number.ts';
import { dayTone } from '../format/state.ts';
import { dayText } from '../format/time.ts';

const wide = 4;

/** One column a day, oldest first; a low bar is met, a full bar breached, a hatched one unknown. */
export function DayStrip({
  days,
  target,
}: {
  readonly days: readonly ObjectivePoint[] | null;
  readonly target: number;
}) {
  if (days === null) return <span class="strip-empty" title="daily states are being read" />;
  const label = stripText(days, target);
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${days.length * wide} 16`}
      preserveAspectRatio="none"
      height="16"
      role="img"
      aria-label={label}
    >
      {days.map((day, at) => (
        <Day key={day.at} day={day} x={at * wide} target={target} />
      ))}
    </svg>
  );
}

function Day({ day, x, target }: { readonly day: ObjectivePoint; readonly x: number; readonly target: number }) {
  const tone = dayTone(day, target);
  const share = shareOf(day.good, day.total);
  const words = tone === 'unknown' ? 'unknown, no data' : `${tone}, ${shareText(share, target)}`;
  return (
    <g>
      <title>{`${dayText(day.at)}: ${words}${day.synthetic ? ', simulated' : ''}`}</title>
      <rect x={x} y="0" width={wide} height="16" class={day.synthetic ? 'ground-simulated' : 'ground-clear'} />
      {tone === 'met' && <rect x={x} y="9" width={wide - 1} height="5" class="fill-met" />}
      {tone === 'breached' && <rect x={x} y="1" width={wide - 1} height="13" class="fill-breached" />}
      {tone === 'unknown' && <path d={`M${x} 14l3-3M${x} 11l3-3M${x} 8l3-3`} class="line-unknown" />}
    </g>
  );
}

/** "30 days: 26 met, 3 breached, 1 unknown; 29 simulated". */
export function stripText(days: readonly ObjectivePoint[], target: number): string {
  const tones = days.map((day) => dayTone(day, target));
  const count = (tone: string) => tones.filter((one) => one === tone).length;
  const simulated = days.filter((day) => day.synthetic).length;
  return `${days.length} days: ${count('met')} met, ${count('breached')} breached, ${count('unknown')} unknown${simulated > 0 ? `; ${simulated} simulated` : ''}`;
}

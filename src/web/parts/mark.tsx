/** A state: its shape and its word, in the colour of its tone. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Mark, Tone } from '../format/state.ts';

/** The shape alone; a word must stand beside it. */
export function Shape({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="shape" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      {shapes[tone]}
    </svg>
  );
}

const shapes = {
  met: <circle cx="5" cy="5" r="3.6" fill="currentColor" />,
  breached: <path d="M5 .8 9.6 9.2H.4z" fill="currentColor" />,
  pending: <path d="M5 .3 9.7 5 5 9.7.3 5z" fill="currentColor" />,
  clearing: <path d="M5 1 9 5 5 9 1 5z" fill="none" stroke="currentColor" stroke-width="1.4" />,
  unknown: <circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2 1.4" />,
  none: <path d="M1 5h8" stroke="currentColor" stroke-width="1.4" />,
} as const;

/** Shape and word; a change of the word lights up once. */
export function State({ mark, title }: { readonly mark: Mark; readonly title?: string | null }) {
  const before = useRef(mark.word);
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    if (before.current === mark.word) return;
    before.current = mark.word;
    setChanged(true);
  }, [mark.word]);
  return (
    <span
      class={`state tone-${mark.tone}${changed ? ' has-changed' : ''}`}
      title={title ?? undefined}
      onAnimationEnd={() => setChanged(false)}
    >
      <Shape tone={mark.tone} />
      {mark.word}
    </span>
  );
}

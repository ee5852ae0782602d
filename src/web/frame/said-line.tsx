/** The result of the last action, in a live region that is always there, so that screen readers hear it. */
import { say, useSaid } from '../said.ts';

/** Stays until it is closed or the next action says something else. */
export function SaidLine() {
  const said = useSaid();
  return (
    <div class={said === null ? 'said is-silent' : 'said'}>
      <p role="status" aria-live="polite">
        {said}
      </p>
      {said !== null && (
        <button type="button" class="quiet-button" aria-label="Close this message" onClick={() => say(null)}>
          ×
        </button>
      )}
    </div>
  );
}

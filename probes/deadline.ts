/** Work that ends at a limit: it is given a signal that aborts when its time is up. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import { AppError } from '../src/kernel/errors.ts';
import { after } from '../src/kernel/schedule.ts';

/** Whose time ran out, and how long it was. */
export interface Deadline {
  readonly whose: 'run' | 'step';
  readonly withinMs: number;
}

/**
 * Runs `work` with a signal that aborts after `withinMs`, or when `parent` does. The work must heed the signal: this waits for it,
 * so that nothing goes on in the background.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const passOn = (): void => own.abort(parent.reason);
  if (parent.aborted) passOn();
  parent.addEventListener('abort', passOn, { once: true });
  const cancel = after(deadline.withinMs, () => own.abort(timeUp(deadline)));
  try {
    return await work(own.signal);
  } finally {
    cancel();
    parent.removeEventListener('abort', passOn);
  }
}

/** The deadline that is behind an abort; null when it was another one. */
export function deadlineOf(reason: unknown): Deadline | null {
  if (!(reason instanceof AppError)) return null;
  const { whose, withinMs } = reason.details;
  return (whose === 'run' || whose === 'step') && typeof withinMs === 'number' ? { whose, withinMs } : null;
}

function timeUp(deadline: Deadline): AppError {
  return new AppError('UNAVAILABLE', `the time of ${formatDurationMs(deadline.withinMs)} is up`, {
    details: { ...deadline },
  });
}

/** Every timer of the product: repeating work that never overlaps itself, and waits that end when a signal does. */

/** Something that runs until it is closed. */
export interface Scheduled {
  readonly close: () => Promise<void>;
}

/**
 * Runs `work` every `everyMs`, first after `everyMs`; a run that takes longer delays the next one, it never overlaps.
 * Failures go to `onError` and do not stop the schedule. `close` waits for the run in progress.
 */
export function repeat(
  everyMs: number,
  work: () => void | Promise<void>,
  onError: (error: unknown) => void,
): Scheduled {
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const plan = (): void => {
    timer = setTimeout(() => {
      running = runOnce();
    }, everyMs);
    timer.unref();
  };
  const runOnce = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    if (!closed) plan();
  };
  plan();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Calls `work` once after `delayMs`; the returned function cancels it. Does not keep the process alive. */
export function after(delayMs: number, work: () => void): () => void {
  const timer = setTimeout(work, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}

/** Resolves after `ms`, or at once when `signal` aborts. Keeps the process alive while waiting. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

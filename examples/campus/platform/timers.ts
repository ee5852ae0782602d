/** Timers: repeating work that never overlaps itself, and waits that end when a signal does. */

/** Ends the repetition. */
export type Stop = () => void;

/** Runs `work` every `everyMs`, first after `everyMs`; a failure goes to `onError` and does not end the repetition. */
export function every(everyMs: number, work: () => void | Promise<void>, onError: (error: unknown) => void): Stop {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const plan = (): void => {
    timer = setTimeout(() => {
      void Promise.resolve()
        .then(work)
        .catch(onError)
        .then(() => {
          if (!stopped) plan();
        });
    }, everyMs);
    timer.unref();
  };
  plan();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Resolves after `ms`, or at once when `signal` aborts. Does not keep the process alive. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
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
    timer.unref();
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Lets waiting I/O and timers run; for long loops. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

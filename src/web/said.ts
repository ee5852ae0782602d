/** The result of the last action, said once for eyes and ears alike; frame/said-line.tsx shows it. */
import { useSyncExternalStore } from './external-store.ts';

const listeners = new Set<() => void>();
let said: string | null = null;

/** Shows and reads out one sentence; null takes it away. */
export function say(sentence: string | null): void {
  said = sentence;
  for (const listener of listeners) listener();
}

/** The sentence of the moment; null when nothing was done. */
export function useSaid(): string | null {
  return useSyncExternalStore(subscribe, read);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): string | null {
  return said;
}

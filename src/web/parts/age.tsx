/** Relative times that keep counting, with the absolute time in the title. */
import { useEffect, useState } from 'preact/hooks';
import { serverNowMs } from '../answers.ts';
import { absoluteText, ageText, agoText } from '../format/time.ts';

const listeners = new Set<() => void>();
let timer: number | null = null;

function tellAll(): void {
  for (const tell of listeners) tell();
}

/** Re-renders once a second while shown; one timer serves all. */
export function useNow(): number {
  const [, setTick] = useState(0);
  useEffect(() => {
    const tell = () => setTick((tick) => tick + 1);
    listeners.add(tell);
    timer ??= window.setInterval(tellAll, 1000);
    return () => {
      listeners.delete(tell);
      if (listeners.size === 0 && timer !== null) {
        window.clearInterval(timer);
        timer = null;
      }
    };
  }, []);
  return serverNowMs();
}

/** "24 s" or, with `ago`, "24 s ago". */
export function Age({ at, ago = false }: { readonly at: string | null; readonly ago?: boolean }) {
  const now = useNow();
  const ageMs = at === null ? null : now - Date.parse(at);
  return (
    <time dateTime={at ?? undefined} title={absoluteText(at)}>
      {ago ? agoText(ageMs) : ageText(ageMs)}
    </time>
  );
}

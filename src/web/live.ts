/** The live line: on each tick the shown page is read again; when the line is down, every fifteen seconds. */
import type { LiveEvent } from '../contract/index.ts';
import { refreshShown } from './answers.ts';

const pollMs = 15_000;
const atMostEveryMs = 2_000;

let lastMs = 0;
let waiting = false;

/** Opens /api/v1/live and keeps the shown answers fresh; call once. A line that was refused is opened anew. */
export function startLive(): void {
  let source = open();
  window.setInterval(() => {
    if (source.readyState === EventSource.OPEN) return;
    if (source.readyState === EventSource.CLOSED) source = open();
    refreshSoon();
  }, pollMs);
  document.addEventListener('visibilitychange', refreshSoon);
}

function open(): EventSource {
  const source = new EventSource('/api/v1/live');
  for (const type of ['tick', 'trigger', 'alert', 'probe'] satisfies LiveEvent['type'][]) {
    source.addEventListener(type, refreshSoon);
  }
  source.addEventListener('message', refreshSoon);
  return source;
}

function refreshSoon(): void {
  if (document.hidden || waiting) return;
  waiting = true;
  window.setTimeout(
    () => {
      waiting = false;
      lastMs = Date.now();
      refreshShown();
    },
    Math.max(0, lastMs + atMostEveryMs - Date.now()),
  );
}

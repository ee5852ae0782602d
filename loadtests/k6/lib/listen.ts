/** People who have the app open: each holds a WebSocket and notes when messages and notices of this run arrive. */
import exec from 'k6/execution';
import { setTimeout } from 'k6/timers';
import { WebSocket } from 'k6/websockets';
import type { Book } from './goals.ts';
import { sentAtOf } from './marks.ts';
import { connectSeconds, listenAfterSeconds, settings } from './settings.ts';
import type { World } from './world.ts';

interface Frame {
  readonly type?: string;
  readonly content?: string;
  readonly correlationId?: string;
}

/** One listener from before the first arrival until some seconds after the last one. */
export function listen(book: Book, { listeners }: World): void {
  const userId = listeners[exec.scenario.iterationInTest % listeners.length] ?? 1;
  const address = `${settings.target.replace(/^http/, 'ws')}/api/chat/ws`;
  const socket = new WebSocket(address, null, { headers: { 'x-user-id': String(userId) } });
  const openMs = (connectSeconds + settings.seconds + listenAfterSeconds) * 1_000;
  socket.addEventListener('message', (event) => {
    if ('data' in event && typeof event.data === 'string') hear(book, JSON.parse(event.data));
  });
  setTimeout(() => socket.close(), openMs);
}

function hear(book: Book, { type, content, correlationId }: Frame): void {
  const mark = type === 'message' ? content : type === 'notification' ? correlationId : undefined;
  const sentAtMs = mark === undefined ? null : sentAtOf(mark);
  if (sentAtMs === null) return;
  book.note(type === 'message' ? 'message' : 'notice', Date.now() - sentAtMs, false);
}

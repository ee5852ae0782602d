/** Loaded into every thread of a measured process (`--import`): each answers what its heap holds; the main thread passes that on. */
import { isMainThread, threadId } from 'node:worker_threads';

/** Bytes. */
export interface ThreadMemory {
  readonly thread: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

const channel = new BroadcastChannel('bench-memory');
let answers: ThreadMemory[] = [];
channel.onmessage = (event: unknown) => {
  const { data } = event as { readonly data: 'ask' | ThreadMemory };
  if (data !== 'ask') answers.push(data);
  else if (!isMainThread) channel.postMessage(own());
};
(channel as unknown as { unref: () => void }).unref();

function own(): ThreadMemory {
  const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  return { thread: threadId, heapUsed, heapTotal, external, arrayBuffers };
}

if (isMainThread && process.send !== undefined) {
  process.on('message', (question) => {
    if (question !== 'threads') return;
    answers = [own()];
    channel.postMessage('ask');
    setTimeout(() => process.send?.(answers), 500);
  });
  process.on('disconnect', () => process.exit(0));
}

/** The reader thread: one read-only connection of its own, one question after the other. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../src/kernel/clock.ts';
import { secondMs } from '../../src/kernel/duration.ts';
import { storeFailure } from '../../src/store/index.ts';
import { type HistoryReader, openHistory } from '../history/index.ts';
import { createSpanMapper } from '../intake/domain-mapping.ts';
import type { FromReader, ReaderCall, ReaderSetup, Refusal, ToReader } from './reader-messages.ts';

/** A search that takes longer answers with what it has found and a cursor. */
const searchMs = 5 * secondMs;
/** The map is asked for again and again, and look-ups wait meanwhile. */
const mapMs = secondMs;

if (parentPort !== null) serve(parentPort, asSetup(workerData));

function serve(port: MessagePort, { file, mapping }: ReaderSetup): void {
  let deadlineMs = Number.POSITIVE_INFINITY;
  let history: HistoryReader | null = null;
  let told = 0;
  const isOverdue = (): boolean => systemClock.monotonicMs() > deadlineMs;
  const answer = (call: ReaderCall, args: readonly unknown[]): unknown => {
    history ??= openHistory(file, createSpanMapper(mapping), { isOverdue });
    deadlineMs = systemClock.monotonicMs() + (call === 'spanEdges' ? mapMs : searchMs);
    return asFunction(history[call])(...args);
  };
  port.on('message', (message: ToReader) => {
    if (message.kind === 'close') {
      history?.close();
      port.close();
      return;
    }
    const { id, call, args } = message;
    try {
      const value = answer(call, args);
      const frames = history?.unreadable().slice(told) ?? [];
      if (frames.length > 0) send(port, { kind: 'unreadable', frames });
      told += frames.length;
      send(port, { kind: 'answer', id, value });
    } catch (error) {
      send(port, { kind: 'refused', id, refusal: refusalOf(file, error) });
    }
  });
}

function send(port: MessagePort, message: FromReader): void {
  port.postMessage(message);
}

function refusalOf(file: string, thrown: unknown): Refusal {
  const { code, message, details } = storeFailure(file, thrown);
  return { code, message, details };
}

/** The client sends the arguments that belong to the call. */
function asFunction(method: HistoryReader[ReaderCall]): (...args: readonly unknown[]) => unknown {
  return method as (...args: readonly unknown[]) => unknown;
}

/** What the main thread put into workerData, by {@link ReaderSetup}. */
function asSetup(data: unknown): ReaderSetup {
  return data as ReaderSetup;
}

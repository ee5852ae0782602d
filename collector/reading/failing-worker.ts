/** A reader thread that answers some questions badly; for tests of what happens then. */
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../src/kernel/errors.ts';
import type { ToReader } from './reader-messages.ts';

/** By trace id: `dies` ends the thread, `hangs` never answers, everything else is answered with how many were asked before. */
let asked = 0;

parentPort?.on('message', (message: ToReader) => {
  if (message.kind === 'close') return;
  const [what] = message.args;
  if (what === 'dies') throw new AppError('INTERNAL', 'the ground opened');
  if (what === 'hangs') return;
  parentPort?.postMessage({ kind: 'answer', id: message.id, value: `${message.call} ${asked}` });
  asked += 1;
});

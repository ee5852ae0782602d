/** A writer thread that opens and then dies of its first message; for the test of what happens then. */
import { parentPort } from 'node:worker_threads';
import { AppError } from '../../src/kernel/errors.ts';

parentPort?.on('message', () => {
  throw new AppError('INTERNAL', 'the ground opened');
});
parentPort?.postMessage({ kind: 'opened', recovered: null });

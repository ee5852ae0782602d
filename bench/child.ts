/** Processes of a bench: each pipeline and each sender has its own, so that CPU and memory are its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { AppError } from '../src/kernel/errors.ts';

/** Starts a script beside this one; it ends when `kill` is called on it. */
export function startScript(script: string, args: readonly string[]): ChildProcess {
  return fork(new URL(script, import.meta.url), [...args], { execArgv: ['--conditions=source'] });
}

/** Its next message. @throws UNAVAILABLE when it ends before */
export function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new AppError('UNAVAILABLE', `a process of the bench ended with ${code} before it answered`));
    child.once('exit', onExit);
    child.once('error', reject);
    child.once('message', (message) => {
      child.off('exit', onExit);
      child.off('error', reject);
      resolve(message as T);
    });
  });
}

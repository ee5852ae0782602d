/** Runs one k6 process and tells a verdict (exit 99) from a run that is worth nothing. */
import { spawn } from 'node:child_process';
import { AppError } from '../src/kernel/errors.ts';
import { after } from '../src/kernel/schedule.ts';

/** What a script is told; see `k6/lib/settings.ts`. */
export interface K6Run {
  readonly k6: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Ms after which the run is ended as stuck. */
  readonly deadlineMs: number;
}

/** Exit code of crossed thresholds: a verdict, not a failure. */
const thresholdsCrossed = 99;

/** What k6's exit codes mean where it has no words of its own (k6 `errext/exitcodes`). */
const meanings: Readonly<Record<number, string>> = {
  100: 'the preparation took too long',
  101: 'the clean-up took too long',
  102: 'it took too long',
  103: 'it was stopped from outside',
  104: 'its configuration is wrong',
  105: 'it was aborted from outside',
  107: 'the script threw',
  108: 'the script gave up',
  109: 'k6 itself failed',
  110: 'the run was marked as failed',
};

/** Ms that k6 gets to end by itself after it was asked to. */
const endGraceMs = 3_000;

/**
 * Resolves when k6 has ended with a summary: every threshold held, or some were crossed.
 * @throws UNAVAILABLE with k6's words when the run is broken (exit 100 and above), was aborted, or k6 could not be started
 */
export async function runK6(run: K6Run): Promise<{ readonly crossed: boolean }> {
  const flags = Object.entries(run.environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const fixed = ['run', '--quiet', '--no-color', '--no-usage-report', '--log-format', 'raw'];
  const child = spawn(run.k6, [...fixed, ...flags, run.script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const words: string[] = [];
  const hear = (chunk: Buffer): void => {
    words.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
    words.splice(0, Math.max(0, words.length - 30));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let isLate = false;
  const end = (): void => {
    child.kill('SIGTERM');
    after(endGraceMs, () => child.kill('SIGKILL'));
  };
  const stopWaiting = after(run.deadlineMs, () => {
    isLate = true;
    end();
  });
  if (run.signal.aborted) end();
  run.signal.addEventListener('abort', end, { once: true });
  try {
    const code = await exitOf(child, run.k6);
    if (run.signal.aborted) throw new AppError('UNAVAILABLE', 'the rehearsal was stopped');
    if (isLate) throw new AppError('UNAVAILABLE', `k6 was ended after ${run.deadlineMs / 1_000} s without a result`);
    if (code === 0 || code === thresholdsCrossed) return { crossed: code === thresholdsCrossed };
    throw new AppError('UNAVAILABLE', `k6 ended with code ${code}: ${reasonOf(code, words)}`, { details: { code } });
  } finally {
    stopWaiting();
    run.signal.removeEventListener('abort', end);
  }
}

function exitOf(child: ReturnType<typeof spawn>, k6: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new AppError('TOOL_MISSING', `${k6} could not be started: ${cause.message}`, { cause }));
    });
    child.once('close', (code) => resolve(code ?? -1));
  });
}

/** k6's last words that are neither about a single request nor a stack, else what its code means. */
function reasonOf(code: number, words: readonly string[]): string {
  const own = words.filter((line) => !line.startsWith('Request Failed') && !/^\s+at /.test(line)).slice(-3);
  return own.length > 0 ? own.join(' / ').slice(0, 500) : (meanings[code] ?? 'it gave no reason');
}

/** Name and version as k6 says them, such as `k6 v2.2.0`. @throws TOOL_MISSING */
export async function versionOfK6(k6: string): Promise<string> {
  const child = spawn(k6, ['version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let words = '';
  child.stdout.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  await exitOf(child, k6);
  return /^k6 v[0-9][^\s]*/.exec(words)?.[0] ?? 'k6 of unknown version';
}

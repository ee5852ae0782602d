/** How long `seamwatch report` takes as a whole process, from a database with 30 days of history. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isoTime, systemClock } from '../src/kernel/clock.ts';
import { dayMs } from '../src/kernel/duration.ts';
import { AppError } from '../src/kernel/errors.ts';
import { quantileOf } from '../src/kernel/statistics.ts';

const days = 30;
const runs = 9;
const cli = ['--conditions=source', 'src/cli/main.ts'];

/** Milliseconds of wall clock, the medians of `runs` processes each; `bareMs` is Node itself, doing nothing. */
export interface ReportCost {
  readonly reportMs: number;
  readonly slowestMs: number;
  readonly bareMs: number;
}

/** Takes about half a minute: the history of the demo is sent to a control plane of its own, which then ends. */
export async function measureReport(): Promise<ReportCost> {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-bench-report-'));
  try {
    await fill(folder);
    const report = await times([...cli, 'report', '--data', folder, '--json']);
    const bare = await times(['-e', '']);
    return {
      reportMs: quantileOf(report, 0.5) ?? 0,
      slowestMs: Math.max(...report),
      bareMs: quantileOf(bare, 0.5) ?? 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line, for people. */
export async function reportReport(): Promise<string> {
  const { reportMs, slowestMs, bareMs } = await measureReport();
  const figures = `median ${reportMs.toFixed(0)} ms, slowest of ${runs} ${slowestMs.toFixed(0)} ms`;
  return `whole process, ${days} days of history: ${figures}; of it Node's own start ${bareMs.toFixed(0)} ms`;
}

async function fill(folder: string): Promise<void> {
  const ports = ['--port', '0', '--otlp-port', '0', '--otlp-grpc-port', '0'];
  const server = spawn(process.execPath, [...cli, 'serve', '--data', folder, ...ports], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  try {
    const address = await addressOf(server.stderr);
    const nowMs = systemClock.nowMs();
    const span = ['--from', isoTime(nowMs - days * dayMs), '--to', isoTime(nowMs)];
    await run(['--conditions=source', 'examples/campus/history/main.ts', '--endpoint', address, ...span]);
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /Console: (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    output.on('end', () => reject(new AppError('UNAVAILABLE', `the control plane ended at once: ${said.slice(-400)}`)));
  });
}

async function times(args: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < runs; index += 1) {
    const begun = systemClock.monotonicMs();
    await run(args);
    taken.push(systemClock.monotonicMs() - begun);
  }
  return taken;
}

/** A report that found something ends with 1, 3 or 4; only 2 is a failure. */
function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('close', (code) => {
      if (code !== null && code !== 2) resolve();
      else reject(new AppError('INTERNAL', `${args.join(' ')} ended with ${code}: ${said.slice(-400)}`));
    });
  });
}

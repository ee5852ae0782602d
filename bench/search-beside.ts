/** What searches cost those who send: acknowledgements and the receiving thread, without and with searches at the same time. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, startScript } from './child.ts';
import type { ReceivingThread } from './search-server.ts';

interface LoadResult {
  readonly spans: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One stretch of load. `cpuUsPerBody`: of the receiving thread alone, which does not depend on who else wants a processor. */
export interface Beside extends ReceivingThread {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUsPerBody: number;
}

const connections = '2';

/** About 20 s: fills, then `rounds` times load alone and load beside four endless searches in turn. */
export async function benchBeside(
  rounds = 3,
  seconds = 3,
): Promise<{ readonly alone: readonly Beside[]; readonly searched: readonly Beside[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-search-'));
  const server = startScript('./search-server.ts', [folder]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    await load(port, seconds);
    const alone: Beside[] = [];
    const searched: Beside[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await stretch(server, port, seconds, 'reset'));
      searched.push(await stretch(server, port, seconds, 'search'));
    }
    return { alone, searched };
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two lines for people: medians of the rounds. */
export function besideText({ alone, searched }: Awaited<ReturnType<typeof benchBeside>>): string {
  const line = (name: string, rounds: readonly Beside[]): string => {
    const of = (measure: (round: Beside) => number): number => medianOf(rounds.map(measure));
    const searches = rounds.reduce((sum, round) => sum + round.searches, 0);
    const acks = `ack p50 ${of((each) => each.p50Ms).toFixed(1)} ms, p99 ${of((each) => each.p99Ms).toFixed(1)} ms`;
    const thread = `receiving thread ${of((each) => each.cpuUsPerBody).toFixed(0)} µs CPU a body, loop delay p99 ${of((each) => each.delayP99Ms).toFixed(1)} ms`;
    return `${name}: ${acks}; ${thread}; ${searches} searches`;
  };
  return `${line('intake alone', alone)}\n${line('beside searches', searched)}`;
}

async function stretch(server: ChildProcess, port: number, seconds: number, ask: 'reset' | 'search'): Promise<Beside> {
  server.send({ ask });
  const { p50Ms, p99Ms } = await load(port, seconds);
  server.send({ ask: 'figures' });
  const figures = await answerOf<ReceivingThread>(server);
  return { ...figures, p50Ms, p99Ms, cpuUsPerBody: (figures.cpuMs * 1_000) / Math.max(1, figures.bodies) };
}

async function load(port: number, seconds: number): Promise<LoadResult> {
  const child = startScript('./intake-load.ts', [String(port), String(seconds), connections]);
  const result = await answerOf<LoadResult>(child);
  child.kill();
  return result;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
}

/** One run of a probe: its identity, its steps in order, its deadline, what it came to. */
import type { Clock } from '../src/kernel/clock.ts';
import type { RandomBytes } from '../src/kernel/ids.ts';
import { withDeadline } from './deadline.ts';
import type { ProbeDefinition } from './definition.ts';
import { probeHttp } from './http.ts';
import { runJourney } from './journey.ts';
import type { Network } from './network.ts';
import { StepRecorder, type StepRun } from './step-recorder.ts';
import { type RunIdentity, randomHex, type StepOutcome, type StepTools } from './step-tools.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';
import { probeWebSocket } from './websocket.ts';

/** What a run is given; `signal` ends it early. `onStep` hears of each step as it ends. */
export interface RunTools {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly network: Network;
  /** Of this program, for the user agent. */
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onStep?: (step: StepRun) => void;
}

/** A finished run. Times are Unix ms; the duration is the one of the steps, cleanup not counted. */
export interface ProbeRun extends RunIdentity {
  readonly probe: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly ok: boolean;
  /** Id of the step that failed; null for a good run. */
  readonly failedStep: string | null;
  readonly reason: string | null;
  /** In the order of the definition, skipped ones and cleanup included. */
  readonly steps: readonly StepRun[];
}

/** Runs once. Never throws: a failure of the app is a value. Everything it opened is closed when it resolves. */
export async function runProbe(probe: ProbeDefinition, tools: RunTools): Promise<ProbeRun> {
  const identity = newIdentity(probe.id, tools.randomBytes);
  const startedAtMs = tools.clock.nowMs();
  const recorder = new StepRecorder(identity, tools);
  if (probe.kind === 'journey') {
    const deadline = { whose: 'run', withinMs: probe.timeoutMs } as const;
    await withDeadline(deadline, tools.signal, (signal) => runJourney(probe, recorder, signal));
  } else await runSingle(probe, recorder, tools.signal);
  const wrong = recorder.steps.find((step) => step.state === 'failed' && !step.isCleanup);
  const durationMs = recorder.durationMs();
  return {
    ...identity,
    probe: probe.id,
    startedAtMs,
    endedAtMs: startedAtMs + Math.round(durationMs),
    durationMs,
    ok: wrong === undefined,
    failedStep: wrong?.id ?? null,
    reason: wrong?.reason ?? null,
    steps: recorder.steps,
  };
}

type SingleProbe = Exclude<ProbeDefinition, { kind: 'journey' }>;

async function runSingle(probe: SingleProbe, recorder: StepRecorder, signal: AbortSignal): Promise<void> {
  const step = { id: stepIdOf(probe), title: probe.title, withinMs: probe.timeoutMs, since: null, isCleanup: false };
  await recorder.run(step, signal, (tools) => probeOnce(probe, tools));
}

function probeOnce(probe: SingleProbe, tools: StepTools): Promise<StepOutcome> {
  switch (probe.kind) {
    case 'http':
      return probeHttp(probe, tools);
    case 'tls':
      return probeTls(probe, tools);
    case 'tcp':
      return probeTcp(probe, tools);
    case 'websocket':
      return probeWebSocket(probe, tools);
    default:
      return probe satisfies never;
  }
}

function stepIdOf({ kind }: SingleProbe): string {
  return { http: 'request', tls: 'certificate', tcp: 'connect', websocket: 'exchange' }[kind];
}

function newIdentity(probe: string, randomBytes: RandomBytes): RunIdentity {
  const run = randomHex(6, randomBytes);
  return {
    run,
    traceId: randomHex(16, randomBytes),
    spanId: randomHex(8, randomBytes),
    correlationId: `probe-${probe}-${run}`,
  };
}

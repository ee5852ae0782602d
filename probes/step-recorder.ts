/** Runs the steps of one run one after the other and writes down what became of each. */
import type { Clock } from '../src/kernel/clock.ts';
import { messageOf } from '../src/kernel/errors.ts';
import type { RandomBytes } from '../src/kernel/ids.ts';
import { withDeadline } from './deadline.ts';
import type { Network } from './network.ts';
import {
  failed,
  type RunIdentity,
  randomHex,
  type StepFacts,
  type StepOutcome,
  type StepTools,
  traceHeaders,
} from './step-tools.ts';

/** What became of one step. `startMs` counts from the start of the run; null when it was skipped. */
export interface StepRun {
  readonly id: string;
  readonly title: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly startMs: number | null;
  readonly durationMs: number | null;
  readonly reason: string | null;
  /** Parent of what the server did for this step; null when skipped. */
  readonly spanId: string | null;
  readonly isCleanup: boolean;
  readonly facts: StepFacts;
}

/** A step to be. With `since` its time counts from the start of that earlier step. */
export interface StepPlan {
  readonly id: string;
  readonly title: string;
  readonly withinMs: number;
  readonly since: string | null;
  readonly isCleanup: boolean;
}

/** What the recorder needs of the run. */
export interface RecorderTools {
  readonly clock: Clock;
  readonly network: Network;
  readonly randomBytes: RandomBytes;
  readonly version: string;
  readonly onStep?: (step: StepRun) => void;
}

/** Lives as long as one run; begins counting when it is made. */
export class StepRecorder {
  readonly identity: RunIdentity;
  readonly #tools: RecorderTools;
  readonly #startMs: number;
  readonly #steps: StepRun[] = [];

  constructor(identity: RunIdentity, tools: RecorderTools) {
    this.identity = identity;
    this.#tools = tools;
    this.#startMs = tools.clock.monotonicMs();
  }

  get steps(): readonly StepRun[] {
    return this.#steps;
  }

  /** From the start of the run to the end of its last step, cleanup left aside. */
  durationMs(): number {
    const ends = this.#steps.flatMap(({ startMs, durationMs, isCleanup }) =>
      startMs === null || durationMs === null || isCleanup ? [] : [startMs + durationMs],
    );
    return Math.max(0, ...ends);
  }

  /** Runs the step within its time and the parent's; what it throws is a failure like any other. True when it went well. */
  async run(plan: StepPlan, parent: AbortSignal, work: (tools: StepTools) => Promise<StepOutcome>): Promise<boolean> {
    const { clock, network, version, randomBytes } = this.#tools;
    const spanId = randomHex(8, randomBytes);
    const headers = traceHeaders(this.identity, spanId, version);
    const ownStartMs = clock.monotonicMs() - this.#startMs;
    const outcome = await withDeadline({ whose: 'step', withinMs: plan.withinMs }, parent, (signal) =>
      work({ clock, network, signal, headers }),
    ).catch((error: unknown) => failed(messageOf(error)));
    const startMs = this.#steps.find(({ id }) => id === plan.since)?.startMs ?? ownStartMs;
    this.#add({
      ...about(plan),
      state: outcome.ok ? 'ok' : 'failed',
      startMs,
      durationMs: clock.monotonicMs() - this.#startMs - startMs,
      reason: outcome.ok ? null : outcome.reason,
      spanId,
      facts: outcome.facts,
    });
    return outcome.ok;
  }

  /** Writes down that the step was not run, and why. */
  skip(plan: StepPlan, reason: string): void {
    this.#add({ ...about(plan), state: 'skipped', startMs: null, durationMs: null, reason, spanId: null, facts: {} });
  }

  #add(step: StepRun): void {
    this.#steps.push(step);
    this.#tools.onStep?.(step);
  }
}

function about({ id, title, isCleanup }: StepPlan): Pick<StepRun, 'id' | 'title' | 'isCleanup'> {
  return { id, title, isCleanup };
}

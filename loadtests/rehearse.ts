/** A rehearsal: step after step until something breaks, then closer to where it did. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledObjective } from '../slo/index.ts';
import type { RehearsalAnswer, RehearsalStep } from '../src/contract/index.ts';
import { type Clock, isoTime } from '../src/kernel/clock.ts';
import { messageOf } from '../src/kernel/errors.ts';
import { uuidv7 } from '../src/kernel/ids.ts';
import type { Log } from '../src/kernel/log.ts';
import { goalsOf } from './goals.ts';
import { versionOfK6 } from './k6-run.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';
import { nextRate, type StaircasePlan } from './staircase.ts';
import { awaitedOf, runStep, type StepParts } from './step.ts';
import { ambientOf } from './target-pages.ts';
import { generateThresholds } from './thresholds.ts';
import { breakingOf, sentenceOf } from './verdict.ts';

export interface RehearsalOptions {
  readonly scenario: ScenarioName;
  /** Base address of the application; `metricsUrls`: its metrics pages, one per instance, default `<target>/metrics`. */
  readonly target: string;
  readonly metricsUrls?: readonly string[];
  readonly objectives: readonly CompiledObjective[];
  /** Path of the k6 program, and the folder that holds our scripts (`loadtests/k6`). */
  readonly k6: string;
  readonly scripts: string;
  /** Where temporary files may go; it is created. */
  readonly workFolder: string;
  readonly plan: StaircasePlan;
  readonly stepSeconds: number;
  /** Seconds of load before each step that count for nothing; 0 = none. */
  readonly warmupSeconds: number;
  /** Ms that deliveries get after a step, default 60 000: a delivery later than that is bad by definition. */
  readonly drainMs?: number;
  /** Ms that the backlog of a step gets to vanish before the next one, default 120 000. */
  readonly settleMs?: number;
  /** Arrivals per second of today's busiest time; null = not known. */
  readonly todayPeakPerSecond: number | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  /** Hears of each step that is over. */
  readonly onStep?: (step: RehearsalStep) => void;
  /** Hears of every change: the start, each step, the end. */
  readonly onChange?: (rehearsal: RehearsalAnswer) => void;
}

const usualDrainMs = 60_000;
const usualSettleMs = 120_000;

/**
 * Runs until the plan is through. A run that is worth nothing (k6 exit 100 and above, abort) ends it as `failed` with the reason;
 * the steps before it stay.
 * @throws TOOL_MISSING when k6 can not be started
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalAnswer> {
  const { scenario, clock, onChange, onStep } = options;
  const { arrival } = scenarios[scenario];
  const generator = await versionOfK6(options.k6);
  const id = uuidv7(clock.nowMs());
  let rehearsal: RehearsalAnswer = {
    id,
    scenario,
    target: options.target,
    startedAt: isoTime(clock.nowMs()),
    endedAt: null,
    state: 'running',
    reason: null,
    sentence: 'The first step is running.',
    generator,
    steps: [],
    breaking: [],
    todayPeakPerSecond: options.todayPeakPerSecond,
  };
  const change = (part: Partial<RehearsalAnswer>): void => {
    rehearsal = { ...rehearsal, ...part };
    onChange?.(rehearsal);
  };
  change({});
  const reason = await climb(options, id, (steps, step) => {
    onStep?.(step);
    change({ steps: [...steps], breaking: breakingOf(steps), sentence: sentenceOf(steps, arrival) });
  });
  const sentence = rehearsal.steps.length === 0 ? 'No step was completed.' : sentenceOf(rehearsal.steps, arrival);
  change({
    endedAt: isoTime(clock.nowMs()),
    state: reason === null ? 'complete' : 'failed',
    reason,
    sentence: reason === null ? sentence : `The rehearsal failed: ${reason}. ${sentence}`,
  });
  return rehearsal;
}

/** Null when the plan is through, else why not. */
async function climb(
  options: RehearsalOptions,
  id: string,
  onStep: (steps: readonly RehearsalStep[], step: RehearsalStep) => void,
): Promise<string | null> {
  mkdirSync(options.workFolder, { recursive: true });
  const workFolder = mkdtempSync(join(options.workFolder, 'rehearsal-'));
  const steps: RehearsalStep[] = [];
  let world: string | null = null;
  try {
    const quiet = partsOf(options, id, workFolder);
    // A page that can not be read says so in every step.
    const ambient = await ambientOf(quiet.pages, awaitedOf(quiet.goals)).catch(() => 0);
    const parts = { ...quiet, ambient };
    for (let rate = nextRate(options.plan, steps); rate !== null; rate = nextRate(options.plan, steps)) {
      options.log.debug({ rate, step: steps.length }, 'step begins');
      const outcome = await runStep(parts, steps.length, rate, world);
      world = outcome.world;
      steps.push(outcome.step);
      onStep(steps, outcome.step);
    }
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

function partsOf(options: RehearsalOptions, id: string, workFolder: string): StepParts {
  const { scenario, fetch, signal, k6, clock, stepSeconds, warmupSeconds } = options;
  const target = options.target.replace(/\/+$/, '');
  const thresholdsFile = join(workFolder, 'thresholds.json');
  writeFileSync(thresholdsFile, generateThresholds(options.objectives).text);
  return {
    k6,
    script: join(options.scripts, `${scenario}.ts`),
    thresholdsFile,
    workFolder,
    target,
    pages: { urls: options.metricsUrls ?? [`${target}/metrics`], fetch, signal },
    goals: goalsOf(scenarios[scenario], options.objectives),
    run: id.slice(-8),
    ambient: 0,
    stepSeconds,
    warmupSeconds,
    drainMs: options.drainMs ?? usualDrainMs,
    settleMs: options.settleMs ?? usualSettleMs,
    clock,
    signal,
  };
}

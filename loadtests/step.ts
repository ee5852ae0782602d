/** One step of a rehearsal: warm up, read the domains' numbers, load, let deliveries catch up, read again, judge. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RehearsalStep } from '../src/contract/index.ts';
import { type Clock, isoTime } from '../src/kernel/clock.ts';
import { metric } from '../src/kernel/conventions.ts';
import { messageOf } from '../src/kernel/errors.ts';
import { countedOf, domainMeasures } from './domain-measures.ts';
import type { Goal } from './goals.ts';
import { runK6 } from './k6-run.ts';
import { arrivalsOf, clientMeasures, expectedOf, type K6Summary, parseSummary } from './k6-summary.ts';
import { addedBetween, type PageReading, type PageSeries } from './metrics-page.ts';
import { readPages, type TargetPages, waitUntilQuiet } from './target-pages.ts';
import { judgeStep } from './verdict.ts';

/** What every step of a rehearsal shares. */
export interface StepParts {
  readonly k6: string;
  readonly script: string;
  readonly thresholdsFile: string;
  /** An existing folder for k6's summaries. */
  readonly workFolder: string;
  readonly target: string;
  readonly pages: TargetPages;
  readonly goals: readonly Goal[];
  readonly run: string;
  /** Awaited events that others cause in two seconds; see `ambientOf`. */
  readonly ambient: number;
  readonly stepSeconds: number;
  readonly warmupSeconds: number;
  readonly drainMs: number;
  readonly settleMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** `world`: what the first run prepared, for the next step; null before. */
export interface StepOutcome {
  readonly step: RehearsalStep;
  readonly world: string | null;
}

/** Ms beyond its plan after which a k6 process is taken as stuck: preparation, slow last answers, listeners. */
const graceMs = 90_000;

/** A burst of waiting deliveries of the step before would be judged as this one's; so it waits for them first. */
export async function runStep(
  parts: StepParts,
  index: number,
  rate: number,
  prepared: string | null,
): Promise<StepOutcome> {
  const { pages, ambient } = parts;
  const awaited = awaitedOf(parts.goals);
  if (index > 0) await reading(waitUntilQuiet(pages, awaited, ambient, parts.settleMs));
  let world = prepared;
  if (parts.warmupSeconds > 0) {
    const warm = await load(parts, {
      rate,
      seconds: parts.warmupSeconds,
      run: `${parts.run}-${index}w`,
      world,
      judged: false,
    });
    world ??= worldOf(warm);
  }
  const before = await reading(readPages(pages));
  const startMs = parts.clock.nowMs();
  const summary = await load(parts, {
    rate,
    seconds: parts.stepSeconds,
    run: `${parts.run}-${index}`,
    world,
    judged: true,
  });
  const after = await reading(waitUntilQuiet(pages, awaited, ambient, parts.drainMs));
  const timing = { index, startedAt: isoTime(startMs), durationMs: parts.clock.nowMs() - startMs };
  const own = ownNumbers(parts.goals, summary, before, after);
  return { step: stepOf(parts, timing, rate, summary, own), world: world ?? worldOf(summary) };
}

/** The domains' side: measures, or why there are none. */
interface OwnNumbers {
  readonly domains: RehearsalStep['domains'];
  readonly missing: string | null;
  readonly note: string | null;
}

function stepOf(
  parts: StepParts,
  timing: Pick<RehearsalStep, 'index' | 'startedAt' | 'durationMs'>,
  rate: number,
  summary: K6Summary,
  own: OwnNumbers,
): RehearsalStep {
  const { done, dropped } = arrivalsOf(summary);
  const numbers = {
    offeredPerSecond: rate,
    achievedPerSecond: Math.round((done / parts.stepSeconds) * 10) / 10,
    dropped,
    client: clientMeasures(summary, parts.goals),
    domains: own.domains,
  };
  const { verdict, reason } = judgeStep({ ...numbers, domainsMissing: own.missing }, parts.goals);
  const reasons = [reason, own.note].filter((text) => text !== null);
  return { ...timing, ...numbers, verdict, reason: reasons.length === 0 ? null : reasons.join('; ') };
}

function ownNumbers(
  goals: readonly Goal[],
  summary: K6Summary,
  before: Attempt<PageReading>,
  after: Attempt<{ readonly reading: PageReading; readonly caughtUp: boolean }>,
): OwnNumbers {
  const nothing = (reason: string): OwnNumbers => ({
    domains: [],
    missing: `the domains' own numbers are missing: ${reason}`,
    note: null,
  });
  if (before.value === null) return nothing(before.reason);
  if (after.value === null) return nothing(after.reason);
  const added = addedBetween(before.value, after.value.reading);
  if (added === null) return nothing('its counts went back, so the application was started anew during the step');
  const missingOf = (goal: Goal): number => undelivered(goal, summary, added);
  const note = after.value.caughtUp ? null : 'deliveries had not caught up when waiting for them ended';
  return { domains: [...domainMeasures(goals, added, missingOf)], missing: null, note };
}

/** Deliveries that the requests must have led to and that no domain counted: at least so many, for the script knows only its own. */
function undelivered(goal: Goal, summary: K6Summary, added: readonly PageSeries[]): number {
  return isDelivery(goal) ? Math.max(0, expectedOf(summary, goal) - countedOf(goal, added)) : 0;
}

/** What a step waits for: its deliveries, or the requests themselves where nothing is delivered. */
export function awaitedOf(goals: readonly Goal[]): readonly Goal[] {
  const deliveries = goals.filter(isDelivery);
  return deliveries.length > 0 ? deliveries : goals.filter(({ events }) => events.length > 0);
}

function isDelivery({ compiled }: Goal): boolean {
  const signal = compiled.selector?.signal;
  return signal === metric.messageDelivery || signal === metric.notificationDelivery;
}

interface Load {
  readonly rate: number;
  readonly seconds: number;
  readonly run: string;
  readonly world: string | null;
  readonly judged: boolean;
}

/** One k6 process. @throws UNAVAILABLE when it is worth nothing */
async function load(parts: StepParts, { rate, seconds, run, world, judged }: Load): Promise<K6Summary> {
  const folder = mkdtempSync(join(parts.workFolder, 'step-'));
  const file = join(folder, 'summary.json');
  const environment = {
    SEAM_TARGET: parts.target,
    SEAM_RATE: String(rate),
    SEAM_SECONDS: String(seconds),
    SEAM_RUN: run,
    SEAM_JUDGED: judged ? 'yes' : 'no',
    SEAM_SUMMARY: file,
    SEAM_THRESHOLDS: parts.thresholdsFile,
    ...(world === null ? {} : { SEAM_WORLD: world }),
  };
  const { k6, script, signal } = parts;
  try {
    await runK6({ k6, script, environment, signal, deadlineMs: seconds * 1_000 + graceMs });
    return parseSummary(readFileSync(file, 'utf8'), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function worldOf({ setup_data: world }: K6Summary): string | null {
  return world === undefined || world === null ? null : JSON.stringify(world);
}

/** A value, or why there is none: a page that does not answer does not end the rehearsal. */
type Attempt<T> = { readonly value: T; readonly reason: '' } | { readonly value: null; readonly reason: string };

async function reading<T>(pending: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await pending, reason: '' };
  } catch (error) {
    return { value: null, reason: messageOf(error) };
  }
}

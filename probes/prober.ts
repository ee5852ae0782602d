/** Runs probes at their beat, confirms their state, keeps it, and answers for them. */
import type { ProbeAnswer } from '../src/contract/index.ts';
import type { Clock } from '../src/kernel/clock.ts';
import { AppError, messageOf } from '../src/kernel/errors.ts';
import { type RandomBytes, systemRandomBytes } from '../src/kernel/ids.ts';
import type { Log } from '../src/kernel/log.ts';
import type { Scheduled } from '../src/kernel/schedule.ts';
import { answerOf, type DaySlot } from './answers.ts';
import { confirmState, type ProbeState } from './confirm.ts';
import type { ProbeDefinition } from './definition.ts';
import type { Network } from './network.ts';
import {
  failureOf,
  type ProbeStore,
  resultsKept,
  type StoredFailure,
  type StoredProbe,
  statementsOf,
  withFailure,
} from './persistence.ts';
import { type ProbeRun, runProbe } from './run.ts';
import { createGate, firstWaitMs, mostAtOnce, startBeat, type Timer } from './scheduler.ts';

/** What a prober is made of. */
export interface ProberOptions {
  readonly definitions: readonly ProbeDefinition[];
  readonly clock: Clock;
  /** In [0, 1), for the start offsets. */
  readonly random: () => number;
  readonly log: Log;
  readonly store: ProbeStore;
  /** The runs of the last 24 h in 15-min slots; may be empty. */
  readonly day: (probe: string) => readonly DaySlot[];
  /** After a run is kept; `state` is the confirmed one, `changed` says that it was another before. */
  readonly onRun: (run: ProbeRun, state: ProbeState, changed: boolean) => void;
  /** Default: the machine's own resolver and authorities. */
  readonly network?: Network;
  /** Of this program, for the user agent. */
  readonly version?: string;
  /** For ids of runs and traces; default the machine's. */
  readonly randomBytes?: RandomBytes;
  /** For the beat; default the kernel's. */
  readonly timer?: Timer;
}

/** All probes together. */
export interface Prober {
  readonly answers: () => readonly ProbeAnswer[];
  /**
   * Runs now, or joins the run in progress. The result counts like any other.
   * @throws NOT_FOUND for an unknown id, UNAVAILABLE when it has no target or the prober is closed
   */
  readonly run: (id: string) => Promise<ProbeRun>;
  /** Begins the beat of every probe that has a target. */
  readonly start: () => void;
  /** Ends runs in progress, which then count for nothing, and waits until their sockets and cleanup are done. */
  readonly close: () => Promise<void>;
}

interface Entry {
  readonly definition: ProbeDefinition;
  stored: StoredProbe | null;
  failures: readonly StoredFailure[];
  running: Promise<ProbeRun> | null;
}

/** Reads the stored state; nothing runs before `start`. */
export function createProber(options: ProberOptions): Prober {
  const { definitions, clock, random, timer, store } = options;
  const closing = new AbortController();
  const gate = createGate(mostAtOnce);
  const entries = entriesOf(definitions, store);
  let beats: readonly Scheduled[] = [];
  const runEntry = (entry: Entry): Promise<ProbeRun> => {
    entry.running ??= gate(() => runOnce(entry, options, closing.signal)).finally(() => {
      entry.running = null;
    });
    return entry.running;
  };
  return {
    answers: () =>
      [...entries.values()].map(({ definition, stored: own, failures }) =>
        answerOf(definition, { stored: own, failures, day: options.day(definition.id) }, clock.nowMs()),
      ),
    run: async (id) => runEntry(entryOf(entries, id)),
    start: () => {
      if (beats.length > 0) return;
      beats = [...entries.values()]
        .filter(({ definition }) => definition.notConfigured === null)
        .map((entry) =>
          startBeat({
            everyMs: entry.definition.everyMs,
            firstWaitMs: firstWaitMs(entry.definition.everyMs, random),
            clock,
            ...(timer === undefined ? {} : { timer }),
            work: async () => {
              await runEntry(entry).catch((error: unknown) => noteFailure(entry, options, closing.signal, error));
            },
          }),
        );
    },
    close: async () => {
      closing.abort(new AppError('UNAVAILABLE', 'the prober was closed'));
      await Promise.all(beats.map((beat) => beat.close()));
      await Promise.allSettled([...entries.values()].flatMap(({ running }) => running ?? []));
    },
  };
}

function entriesOf(definitions: readonly ProbeDefinition[], store: ProbeStore): ReadonlyMap<string, Entry> {
  const { states, failures } = store.read();
  return new Map(
    definitions.map((definition) => {
      const { id } = definition;
      return [
        id,
        { definition, stored: states.get(id) ?? null, failures: failures.get(id) ?? [], running: null },
      ] as const;
    }),
  );
}

function entryOf(entries: ReadonlyMap<string, Entry>, id: string): Entry {
  const entry = entries.get(id);
  if (entry === undefined) {
    const known = [...entries.keys()].join(', ');
    throw new AppError(
      'NOT_FOUND',
      `there is no probe "${id}"; ${known === '' ? 'none is configured' : `there are ${known}`}`,
    );
  }
  const { notConfigured } = entry.definition;
  if (notConfigured === null) return entry;
  throw new AppError('UNAVAILABLE', `probe "${id}" can not run: ${notConfigured}`);
}

async function runOnce(entry: Entry, options: ProberOptions, closing: AbortSignal): Promise<ProbeRun> {
  const { clock, network = {}, version = 'unknown', randomBytes = systemRandomBytes } = options;
  closing.throwIfAborted();
  const run = await runProbe(entry.definition, { clock, network, version, randomBytes, signal: closing });
  closing.throwIfAborted();
  const before = entry.stored?.state ?? 'unknown';
  const results = [...(entry.stored?.results ?? []), { atMs: run.endedAtMs, ok: run.ok }].slice(-resultsKept);
  const state = confirmState(results, entry.definition.confirm, before);
  const changed = state !== before;
  const sinceMs = changed || entry.stored === null ? run.endedAtMs : entry.stored.sinceMs;
  const next = { state, sinceMs, results, lastRun: run };
  entry.stored = next;
  if (!run.ok) entry.failures = withFailure(entry.failures, failureOf(run));
  await keep(next, options);
  tell(run, state, changed, options);
  return run;
}

/** What can not be kept still counts until the next restart. */
async function keep(next: StoredProbe, { store, log }: ProberOptions): Promise<void> {
  try {
    await store.save(statementsOf(next));
  } catch (error) {
    log.warn({ probe: next.lastRun.probe }, `the state of a probe was not kept: ${messageOf(error)}`);
  }
}

function tell(run: ProbeRun, state: ProbeState, changed: boolean, { onRun, log }: ProberOptions): void {
  for (const step of run.steps.filter(({ isCleanup, state: ended }) => isCleanup && ended === 'failed')) {
    log.warn({ probe: run.probe, step: step.id, trace_id: run.traceId }, `cleanup of a probe failed: ${step.reason}`);
  }
  if (changed)
    log.info({ probe: run.probe, trace_id: run.traceId }, `probe is ${state}${run.ok ? '' : `: ${run.reason}`}`);
  try {
    onRun(run, state, changed);
  } catch (error) {
    log.error({ probe: run.probe }, `a probe's run was not passed on: ${messageOf(error)}`);
  }
}

function noteFailure(entry: Entry, { log }: ProberOptions, closing: AbortSignal, error: unknown): void {
  if (closing.aborted) return;
  log.error({ probe: entry.definition.id }, `a probe could not be run: ${messageOf(error)}`);
}

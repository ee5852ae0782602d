/** `seamwatch probe run [IDS]`: every probe once, now, with its steps; for trying out a new one, and for scripts. */
import {
  createGate,
  mostAtOnce,
  type ProbeDefinition,
  type ProbeRun,
  runProbe,
  type StepRun,
} from '../../../probes/index.ts';
import { probesOf } from '../../app/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { systemRandomBytes } from '../../kernel/ids.ts';
import { configOf, configPathOf } from '../settings.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

export interface ProbeRunOptions extends CommonOptions {
  /** Base URL of the app, instead of the configuration's `target`. */
  readonly target?: string;
}

/** A probe and what its run came to; null when it could not be run. */
interface Tried {
  readonly probe: ProbeDefinition;
  readonly run: ProbeRun | null;
}

/**
 * Runs the named probes, or all, at most four at once, and prints each as it ends. The runs are not kept and count for nothing.
 * Exit 0 when all went well, 1 when one failed, 3 when none failed and one could not be run.
 * @throws USAGE for an unknown id, CONFIG_INVALID
 */
export async function probeRun(ids: readonly string[], options: ProbeRunOptions, world: World): Promise<number> {
  const probes = selected(await definitionsOf(options, world), ids);
  const asJson = options.json === true;
  const width = Math.max(0, ...probes.map(({ id }) => id.length));
  const gate = createGate(mostAtOnce);
  const tried = await Promise.all(
    probes.map((probe) =>
      gate(async (): Promise<Tried> => {
        const run = await tryOnce(probe, world);
        if (!asJson && !world.stop.aborted) world.out(render({ probe, run }, width));
        return { probe, run };
      }),
    ),
  );
  if (asJson) {
    const meta = { generatedAt: isoTime(world.clock.nowMs()) };
    world.out(`${JSON.stringify({ data: tried.map(jsonOf), meta }, null, 2)}\n`);
  }
  if (world.stop.aborted) {
    world.note('stopped before every probe had run\n');
    return exitCode.unknown;
  }
  if (probes.length === 0) world.note('there is no probe; write some below probes: in seamwatch.yaml\n');
  if (tried.some(({ run }) => run?.ok === false)) return exitCode.finding;
  return tried.length > 0 && tried.every(({ run }) => run !== null) ? exitCode.fine : exitCode.unknown;
}

function definitionsOf(options: ProbeRunOptions, world: World): Promise<readonly ProbeDefinition[]> {
  const config = configOf(options, world);
  return probesOf(
    config,
    options.target ?? config.target ?? null,
    `${configPathOf(options) ?? 'the defaults'}: probes`,
  );
}

function selected(probes: readonly ProbeDefinition[], ids: readonly string[]): readonly ProbeDefinition[] {
  const unknown = ids.find((id) => !probes.some((probe) => probe.id === id));
  if (unknown !== undefined) {
    const known = probes.map(({ id }) => id).join(', ');
    throw new AppError('USAGE', `there is no probe "${unknown}"; write ${known === '' ? 'no id' : `one of ${known}`}`);
  }
  return ids.length === 0 ? probes : probes.filter(({ id }) => ids.includes(id));
}

async function tryOnce(probe: ProbeDefinition, world: World): Promise<ProbeRun | null> {
  if (probe.notConfigured !== null || world.stop.aborted) return null;
  const { clock, version, stop: signal } = world;
  return runProbe(probe, { clock, version, signal, randomBytes: systemRandomBytes, network: {} });
}

function render({ probe, run }: Tried, width: number): string {
  const name = `${probe.id.padEnd(width)}  ${probe.title}`;
  if (run === null) return `◌ not run  ${name}: ${probe.notConfigured}, or give --target\n`;
  const head = `${run.ok ? '● good    ' : '▲ failed  '} ${name}  ${shownMs(run.durationMs)}`;
  const stepWidth = Math.max(...run.steps.map(({ title }) => title.length));
  const steps = probe.kind === 'journey' ? run.steps.map((step) => stepLine(step, stepWidth)) : reasonLine(run);
  const where = run.ok ? [] : [`             seamwatch trace ${run.correlationId}`];
  return `${[head, ...steps, ...where].join('\n')}\n`;
}

function reasonLine({ reason }: ProbeRun): readonly string[] {
  return reason === null ? [] : [`             ${reason}`];
}

function stepLine({ state, title, durationMs, reason, isCleanup }: StepRun, width: number): string {
  const sign = { ok: '●', failed: '▲', skipped: '–' }[state];
  const took = durationMs === null ? '' : shownMs(durationMs);
  const why = reason === null ? '' : `  ${reason}`;
  return `           ${sign} ${title.padEnd(width)}  ${took.padStart(8)}${isCleanup ? '  cleanup' : ''}${why}`.trimEnd();
}

function shownMs(ms: number): string {
  return ms < 1_000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function jsonOf({ probe, run }: Tried): object {
  const { id, title, kind, domain, target } = probe;
  if (run === null) return { id, title, kind, domain, target, state: 'unknown', reason: probe.notConfigured };
  return {
    ...{ id, title, kind, domain, target, state: run.ok ? 'good' : 'failed', reason: run.reason },
    startedAt: isoTime(run.startedAtMs),
    durationMs: run.durationMs,
    traceId: run.traceId,
    correlationId: run.correlationId,
    steps: run.steps.map((step) => ({
      ...{ id: step.id, title: step.title, state: step.state, startMs: step.startMs, durationMs: step.durationMs },
      ...{ reason: step.reason, cleanup: step.isCleanup },
    })),
  };
}

/** `seamwatch rehearse`: load in steps until an objective breaks; says at which load, as an interval. */
import { mkdtempSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type RehearsalOptions,
  rehearse as runRehearsal,
  type ScenarioName,
  saveRehearsal,
  scenarioNames,
  scenarios,
} from '../../../loadtests/index.ts';
import { buildProfile, rehearsalsFolder } from '../../app/index.ts';
import type { RehearsalAnswer } from '../../contract/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { findK6 } from '../find-k6.ts';
import { type ChildProgram, startProgram } from '../programs.ts';
import { numberIn, planOf } from '../rehearsal-plan.ts';
import { renderEnd, renderStep } from '../rehearsal-text.ts';
import { configOf, findData } from '../settings.ts';
import { todayPeakOf } from '../today-peak.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

export interface RehearseOptions extends CommonOptions {
  readonly scenario?: string;
  readonly target?: string;
  readonly metrics?: string;
  readonly rates?: string;
  readonly start?: string;
  readonly factor?: string;
  readonly steps?: string;
  readonly bisections?: string;
  readonly stepSeconds?: string;
  readonly warmupSeconds?: string;
  readonly drainSeconds?: string;
  readonly k6?: string;
  readonly endpoint?: string;
  /** Host of the target, written out, for a target that is not this machine. */
  readonly yesReallyLoad?: string;
}

/**
 * Exit 0 when every step held, 1 when something broke, 3 when something could not be judged or the rehearsal failed.
 * @throws USAGE, CONFIG_INVALID, FORBIDDEN for a target elsewhere, TOOL_MISSING without k6
 */
export async function rehearse(options: RehearseOptions, world: World): Promise<number> {
  const scenario = scenarioOf(options.scenario);
  const plan = planOf(options, scenarios[scenario].staircase);
  const stepSeconds = numberIn(options.stepSeconds, '--step-seconds', 30, 2, 3_600);
  const warmupSeconds = numberIn(options.warmupSeconds, '--warmup-seconds', 3, 0, 600);
  const drainSeconds = numberIn(options.drainSeconds, '--drain-seconds', 60, 0, 600);
  if (options.target !== undefined) refuseStrangers(options.target, options.yesReallyLoad);
  const config = configOf(options, world);
  const k6 = findK6(options.k6, world.env);
  const found = findData(options);
  const folder = rehearsalsFolder(found.dataDir);
  const ground = await startGround(options, world);
  try {
    world.note(`Rehearsing ${scenario} on ${ground.target}: in each arrival, ${scenarios[scenario].arrival}.\n`);
    const rehearsal = await runRehearsal({
      scenario,
      target: ground.target,
      ...(options.metrics === undefined ? {} : { metricsUrls: options.metrics.split(',') }),
      objectives: buildProfile(config, []).objectives,
      k6,
      scripts: join(world.packageRoot, 'loadtests', 'k6'),
      workFolder: ground.folder,
      plan,
      stepSeconds,
      warmupSeconds,
      drainMs: drainSeconds * 1_000,
      todayPeakPerSecond: await todayPeakOf(found, scenarios[scenario], config.tokens.read ?? null),
      ...surroundings(options, world, folder),
    });
    return finish(options, world, rehearsal, saveRehearsal(folder, rehearsal));
  } finally {
    await ground.close();
  }
}

function surroundings(
  options: RehearseOptions,
  world: World,
  folder: string,
): Pick<RehearsalOptions, 'clock' | 'log' | 'fetch' | 'signal' | 'onStep' | 'onChange'> {
  const say = options.json === true ? world.note : world.out;
  return {
    clock: world.clock,
    log: world.log,
    fetch: globalThis.fetch,
    signal: world.stop,
    onStep: (step) => say(renderStep(step)),
    onChange: (rehearsal) => {
      saveRehearsal(folder, rehearsal);
    },
  };
}

function finish(options: RehearseOptions, world: World, rehearsal: RehearsalAnswer, file: string): number {
  if (options.json === true) world.out(`${JSON.stringify({ data: rehearsal, meta: { source: file } }, null, 2)}\n`);
  else world.out(renderEnd(rehearsal, file));
  if (rehearsal.steps.some(({ verdict }) => verdict === 'broke')) return exitCode.finding;
  const isWhole = rehearsal.state === 'complete' && rehearsal.steps.every(({ verdict }) => verdict === 'held');
  return isWhole ? exitCode.fine : exitCode.unknown;
}

/** What is put under load; `folder` is for temporary files. */
interface Ground {
  readonly target: string;
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** The given target, else a reference monolith of our own that reports nowhere, so that no error budget is spent on a rehearsal. */
async function startGround(options: RehearseOptions, world: World): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-rehearse-'));
  let campus: ChildProgram | null = null;
  const close = async (): Promise<void> => {
    await campus?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  if (options.target !== undefined) return { target: options.target, folder, close };
  try {
    world.note('Starting a reference monolith of its own…\n');
    const flags = ['--port', '0', '--endpoint', options.endpoint ?? 'none', '--data', join(folder, 'campus.db')];
    campus = await startProgram(world, ['examples', 'campus', 'main'], [...flags, '--no-traffic']);
    return { target: campus.address, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function scenarioOf(text: string | undefined): ScenarioName {
  const name = scenarioNames.find((candidate) => candidate === (text ?? 'journey'));
  if (name !== undefined) return name;
  throw new AppError('USAGE', `--scenario "${text}" is not known; write one of ${scenarioNames.join(', ')}`);
}

/** Load on a system in use is an outage: a target that is not this machine must be named twice. */
function refuseStrangers(target: string, confirmed: string | undefined): void {
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AppError('USAGE', `--target "${target}" is not an address; write one such as http://127.0.0.1:4700`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (isHere || confirmed === host) return;
  throw new AppError(
    'FORBIDDEN',
    `--target ${host} is not this machine, and a rehearsal loads it until it breaks; if it is yours and nobody needs it now, add --yes-really-load ${host}`,
  );
}

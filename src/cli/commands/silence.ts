/** `seamwatch silence`: mutes alerts at the running instance for a while, lists silences, and ends one early. */
import type { SilenceAnswer, SilenceRequest } from '../../contract/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { parseDurationMs } from '../../kernel/duration.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { askInstance, type Instance } from '../instance.ts';
import { configOf, findData } from '../settings.ts';
import { table } from '../table.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

/** What is muted (each that is given must hold), for how long, why, and who says so. */
export interface SilenceOptions extends CommonOptions {
  readonly domain?: string;
  readonly rule?: string;
  readonly severity?: string;
  readonly for?: string;
  readonly reason?: string;
  readonly by?: string;
}

const severities = ['page', 'ticket', 'info'] as const;
const example = 'such as seamwatch silence --domain search --for 2h --reason "index is being rebuilt" --by ada';

/** Adds a silence from now on. @throws USAGE, UNAVAILABLE when nothing runs, and what the instance refuses */
export async function silence(options: SilenceOptions, world: World): Promise<number> {
  const request = requestOf(options, world);
  const made = await askInstance<SilenceAnswer>(instanceOf(true, options, world), 'silences', request);
  if (options.json === true) world.out(`${JSON.stringify({ data: made, meta: {} }, null, 2)}\n`);
  else
    world.out(
      `${made.id}: ${matchText(made)} is silent until ${made.endsAt}. An incident that is already open still resolves.\n`,
    );
  return exitCode.fine;
}

/** Prints those that are active or coming, and those that ended lately. @throws UNAVAILABLE */
export async function listSilences(options: CommonOptions, world: World): Promise<number> {
  const silences = await askInstance<readonly SilenceAnswer[]>(instanceOf(false, options, world), 'silences');
  if (options.json === true) {
    world.out(`${JSON.stringify({ data: silences, meta: {} }, null, 2)}\n`);
  } else if (silences.length === 0) {
    world.out(`There is no silence. To add one: ${example}\n`);
  } else {
    const rows = silences.map((one) => [stateOf(one, world), one.id, matchText(one), one.endsAt, one.by, one.reason]);
    world.out(`${table(['', 'id', 'what', 'until', 'by', 'why'], rows)}\n`);
  }
  return exitCode.fine;
}

/** Ends a silence now; what still fires tells then. @throws UNAVAILABLE, NOT_FOUND */
export async function endSilence(id: string, options: CommonOptions, world: World): Promise<number> {
  const ended = await askInstance<SilenceAnswer>(
    instanceOf(true, options, world),
    `silences/${encodeURIComponent(id)}/end`,
    {},
  );
  if (options.json === true) world.out(`${JSON.stringify({ data: ended, meta: {} }, null, 2)}\n`);
  else world.out(`${ended.id}: ended; ${matchText(ended)} tells again if it still fires.\n`);
  return exitCode.fine;
}

function requestOf(options: SilenceOptions, world: World): SilenceRequest {
  const { domain, rule, reason } = options;
  const by = options.by ?? world.env.USER;
  if (domain === undefined && rule === undefined && options.severity === undefined) {
    throw usage(`--domain, --rule or --severity is needed, ${example}`);
  }
  if (options.for === undefined) throw usage(`--for is needed: a silence ends by itself, ${example}`);
  if (reason === undefined) throw usage(`--reason is needed for whoever wonders why it is quiet, ${example}`);
  if (by === undefined || by === '') throw usage(`--by is needed, ${example}`);
  const severity = severities.find((one) => one === options.severity);
  if (options.severity !== undefined && severity === undefined) {
    throw usage(`--severity "${options.severity}" is not known; write one of ${severities.join(', ')}`);
  }
  const match = {
    ...(domain === undefined ? {} : { domain }),
    ...(rule === undefined ? {} : { rule }),
    ...(severity === undefined ? {} : { severity }),
  };
  return { match, reason, by, endsAt: isoTime(world.clock.nowMs() + durationOf(options.for)) };
}

function durationOf(text: string): number {
  try {
    return parseDurationMs(text);
  } catch (error) {
    throw usage(`--for: ${messageOf(error)}`);
  }
}

/** Where silences are kept, with the token that opens what is asked for. @throws UNAVAILABLE when nothing runs */
function instanceOf(isWrite: boolean, options: CommonOptions, world: World): Instance {
  const found = findData(options);
  if (found.kind !== 'running') {
    throw new AppError(
      'UNAVAILABLE',
      `no instance is running with the data in ${found.dataDir}; silences live in the running instance: start it with seamwatch serve, or name its directory with --data`,
    );
  }
  const { read, admin } = configOf(options, world).tokens;
  return { url: found.run.url, token: (isWrite ? admin : (read ?? admin)) ?? null };
}

function stateOf({ active, endsAt }: SilenceAnswer, world: World): string {
  if (active) return '● active';
  return Date.parse(endsAt) <= world.clock.nowMs() ? '– ended' : '◌ coming';
}

function matchText({ match }: SilenceAnswer): string {
  return [
    match.domain === undefined ? [] : [`domain ${match.domain}`],
    match.rule === undefined ? [] : [`rule ${match.rule}`],
    match.severity === undefined ? [] : [`severity ${match.severity}`],
  ]
    .flat()
    .join(' and ');
}

function usage(message: string): AppError {
  return new AppError('USAGE', `silence: ${message}`);
}

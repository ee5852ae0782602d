/** `seamwatch silence`: mutes alerts at the running instance for a while, lists silences, and ends one early. */
import type { SilenceAnswer, SilenceRequest } from '../../contract/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { parseDurationMs } from '../../kernel/duration.ts';
import { AppError, type ErrorCode, messageOf } from '../../kernel/errors.ts';
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
  const made = await call<SilenceAnswer>('POST', 'silences', request, options, world);
  if (options.json === true) world.out(`${JSON.stringify({ data: made, meta: {} }, null, 2)}\n`);
  else
    world.out(
      `${made.id}: ${matchText(made)} is silent until ${made.endsAt}. An incident that is already open still resolves.\n`,
    );
  return exitCode.fine;
}

/** Prints those that are active or coming, and those that ended lately. @throws UNAVAILABLE */
export async function listSilences(options: CommonOptions, world: World): Promise<number> {
  const silences = await call<readonly SilenceAnswer[]>('GET', 'silences', null, options, world);
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
  const ended = await call<SilenceAnswer>('POST', `silences/${encodeURIComponent(id)}/end`, {}, options, world);
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

async function call<Answer>(
  method: 'GET' | 'POST',
  path: string,
  body: object | null,
  options: CommonOptions,
  world: World,
): Promise<Answer> {
  const found = findData(options);
  if (found.kind !== 'running') {
    throw new AppError(
      'UNAVAILABLE',
      `no instance is running with the data in ${found.dataDir}; silences live in the running instance: start it with seamwatch serve, or name its directory with --data`,
    );
  }
  const { read, admin } = configOf(options, world).tokens;
  const token = (method === 'GET' ? (read ?? admin) : admin) ?? null;
  const url = `${found.run.url}/api/v1/${path}`;
  const answer = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new AppError('UNAVAILABLE', `the instance at ${found.run.url} does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return await dataOf<Answer>(answer, url);
}

async function dataOf<Answer>(answer: Response, url: string): Promise<Answer> {
  const text = await answer.text();
  const body = parsed(text) as { data?: Answer; error?: { message?: string } };
  if (answer.ok && body.data !== undefined) return body.data;
  const remedy = answer.status === 401 || answer.status === 403 ? '; set tokens.admin in the configuration' : '';
  throw new AppError(
    codeOf(answer.status),
    `${url} answered ${answer.status}: ${body.error?.message ?? 'no reason given'}${remedy}`,
  );
}

function codeOf(status: number): ErrorCode {
  const codes: Readonly<Record<number, ErrorCode>> = {
    400: 'INVALID_REQUEST',
    401: 'UNAUTHENTICATED',
    403: 'FORBIDDEN',
    404: 'NOT_FOUND',
  };
  return codes[status] ?? 'UNAVAILABLE';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
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

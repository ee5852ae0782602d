/** Runs one command: the only place that reads arguments and environment; every error leaves by one mapper. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { systemClock } from '../kernel/clock.ts';
import { AppError, type ErrorCode } from '../kernel/errors.ts';
import { createLog, type LogLevel } from '../kernel/log.ts';
import { buildProgram } from './program.ts';
import { exitCode, type World } from './world.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
const world: World = {
  clock: systemClock,
  log: createLog(logLevelOf(process.env.SEAMWATCH_LOG)),
  env: process.env,
  version: versionOf(packageRoot),
  packageRoot,
  columns: process.stdout.columns ?? 100,
  out: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(text),
  stop: stop.signal,
};

const program = buildProgram(world, async (work) => {
  process.exitCode = await work();
});
program.exitOverride();
for (const command of [...program.commands, ...program.commands.flatMap((one) => one.commands)]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = leave(error);
}

/** One mapper from what was thrown to an exit code and a message that says what to do. */
function leave(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.usage;
  if (error instanceof AppError) {
    world.note(`seamwatch: ${error.message}\n`);
    return exitOf(error.code);
  }
  world.note(
    `seamwatch: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCode.usage;
}

function exitOf(code: ErrorCode): number {
  switch (code) {
    case 'NOT_FOUND':
    case 'UNAVAILABLE':
    case 'TOOL_MISSING':
    case 'OVERLOADED':
      return exitCode.unknown;
    case 'CONFIG_INVALID':
    case 'PROFILE_UNKNOWN':
    case 'USAGE':
    case 'PORT_IN_USE':
    case 'DATA_DIR_UNUSABLE':
    case 'DATABASE_CORRUPT':
    case 'DATABASE_BUSY':
    case 'OTLP_MALFORMED':
    case 'PAYLOAD_TOO_LARGE':
    case 'UNAUTHENTICATED':
    case 'FORBIDDEN':
    case 'METHOD_NOT_ALLOWED':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'INVALID_REQUEST':
    case 'INTERNAL':
      return exitCode.usage;
    default:
      return code satisfies never;
  }
}

function findPackageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

function logLevelOf(text: string | undefined): LogLevel {
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
  return levels.find((level) => level === text) ?? 'warn';
}

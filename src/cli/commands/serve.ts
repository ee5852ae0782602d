/** `seamwatch serve`: the control plane for a monolith of your own. */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { isDemoData, type RunningApp, startApp } from '../../app/index.ts';
import type { Config } from '../../config.ts';
import { defaultPort } from '../../kernel/conventions.ts';
import { AppError } from '../../kernel/errors.ts';
import { configOf, configPathOf, defaultConfigFile, defaultDataDir, demoDataDir } from '../settings.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

export interface ServeOptions extends CommonOptions {
  readonly port?: string;
  readonly otlpPort?: string;
  readonly otlpGrpcPort?: string;
}

/** Runs until Ctrl-C. */
export async function serve(options: ServeOptions, world: World): Promise<number> {
  const dataDir = options.data ?? defaultDataDir;
  if (isDemoData(dataDir) || normalize(dataDir) === normalize(demoDataDir)) {
    throw new AppError(
      'USAGE',
      `"${dataDir}" holds the demo's simulated data; serve real traffic from another directory with --data`,
    );
  }
  const app = await startControlPlane({ options, world, dataDir, demo: false, config: () => configOf(options, world) });
  world.note(`${welcome(app)}\n`);
  await stopped(world.stop);
  world.note('stopping…\n');
  await app.close();
  return exitCode.fine;
}

/** Starts everything on the ports that were asked for. @throws what startApp throws */
export function startControlPlane(parts: {
  readonly options: ServeOptions;
  readonly world: World;
  readonly dataDir: string;
  readonly demo: boolean;
  readonly config: () => Config;
}): Promise<RunningApp> {
  const { options, world } = parts;
  const config = parts.config();
  return startApp({
    config,
    configPath: configPathOf(options) ?? defaultConfigFile,
    reloadConfig: parts.config,
    dataDir: parts.dataDir,
    port: portOf(options.port, '--port', config.listen.port),
    otlpPort: portOf(options.otlpPort, '--otlp-port', defaultPort.otlpHttp),
    otlpGrpcPort: portOf(options.otlpGrpcPort, '--otlp-grpc-port', defaultPort.otlpGrpc),
    demo: parts.demo,
    webRoot: webRootOf(world.packageRoot),
    version: world.version,
    clock: world.clock,
    random: Math.random,
    fetch: globalThis.fetch,
    log: world.log,
  });
}

/** @throws USAGE */
export function portOf(text: string | undefined, flag: string, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('USAGE', `${flag} "${text}" is not a port; write a whole number from 0 (any free one) to 65535`);
}

/** The built console, where it was built. */
export function webRootOf(packageRoot: string): string | null {
  const folder = join(packageRoot, 'dist', 'web');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function welcome(app: RunningApp): string {
  const listeners = app
    .listeners()
    .map((one) => `  ${one.ok ? '●' : '▲'} ${one.name} ${one.address}${one.reason === null ? '' : `  ${one.reason}`}`);
  return [
    `Seamwatch is running. Console: ${app.url}`,
    ...listeners,
    `Traces, metrics and logs may come to any of them (docs/telemetry.md). Ctrl-C stops it.`,
  ].join('\n');
}

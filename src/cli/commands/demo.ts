/** `seamwatch demo`: a real modular monolith under real traffic, watched; plus 30 days of simulated history, marked as such. */
import { join } from 'node:path';
import type { RunningApp } from '../../app/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { defaultPort } from '../../kernel/conventions.ts';
import { dayMs, minuteMs } from '../../kernel/duration.ts';
import { AppError } from '../../kernel/errors.ts';
import { buildConsole } from '../console-build.ts';
import { type ChildProgram, startProgram } from '../programs.ts';
import { demoConfigOf, demoDataDir } from '../settings.ts';
import { exitCode, type World } from '../world.ts';
import { portOf, type ServeOptions, startControlPlane, stopped } from './serve.ts';

export interface DemoOptions extends ServeOptions {
  readonly campusPort?: string;
  readonly traffic: boolean;
  readonly history: boolean;
}

/** Data older than this leaves a gap that the simulated history fills. */
const gapMs = 2 * minuteMs;
const historyDays = 30;

/** Runs until Ctrl-C. Simulated data makes every exit code of the report at least 3. */
export async function demo(options: DemoOptions, world: World): Promise<number> {
  const dataDir = options.data ?? demoDataDir;
  world.note('Starting the control plane…\n');
  await buildConsole(world);
  const campusPort = portOf(options.campusPort, '--campus-port', defaultPort.campus);
  const app = await startControlPlane({
    options,
    world,
    dataDir,
    demo: true,
    config: () => demoConfigOf(options, world),
  });
  const programs: ChildProgram[] = [];
  try {
    const campus = await startCampus(app, campusPort, dataDir, options, world);
    programs.push(campus);
    await app.probe(campus.address);
    world.note(`${welcome(app, campus.address)}\n`);
    if (options.history) programs.push(await fillHistory(app, world));
    await Promise.race([stopped(world.stop), campus.ended]);
    if (!world.stop.aborted)
      throw new AppError('UNAVAILABLE', `the reference monolith ended by itself: ${campus.lastLines()}`);
    world.note('\nstopping…\n');
    return exitCode.fine;
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    await app.close();
  }
}

async function startCampus(
  app: RunningApp,
  port: number,
  dataDir: string,
  options: DemoOptions,
  world: World,
): Promise<ChildProgram> {
  const flags = ['--port', String(port), '--endpoint', app.url, '--data', join(dataDir, 'campus.db'), '--faults'];
  const program = await startProgram(
    world,
    ['examples', 'campus', 'main'],
    options.traffic ? flags : [...flags, '--no-traffic'],
  );
  return program;
}

/** Fills what is missing between the last stored data (or 30 days ago) and now. */
async function fillHistory(app: RunningApp, world: World): Promise<ChildProgram> {
  const nowMs = world.clock.nowMs();
  const fromMs = Math.max(nowMs - historyDays * dayMs, app.engine.storedUntilMs ?? 0);
  if (nowMs - fromMs < gapMs)
    return { address: '', ended: Promise.resolve(), lastLines: () => '', stop: async () => {} };
  const span = `${isoTime(fromMs).slice(0, 16)} to ${isoTime(nowMs).slice(0, 16)}`;
  world.note(`Filling in simulated history (${span}), marked as such…\n`);
  const flags = ['--endpoint', app.url, '--from', isoTime(fromMs), '--to', isoTime(nowMs)];
  const program = await startProgram(world, ['examples', 'campus', 'history', 'main'], flags, {
    waitForAddress: false,
  });
  void program.ended.then(() => {
    if (!world.stop.aborted) world.note(`Simulated history is in: ${program.lastLines()}.\n`);
  });
  return program;
}

function welcome(app: RunningApp, campus: string): string {
  const warnings = app.listeners().flatMap((one) => (one.ok ? [] : [`  ▲ ${one.name} ${one.address}: ${one.reason}`]));
  return [
    '',
    `  Console             ${app.url}`,
    `  Reference monolith  ${campus}   (a real social app under simulated users)`,
    `  Own metrics         ${app.url}/metrics`,
    ...warnings,
    '',
    '  Three things to try, in another terminal:',
    `  1. curl -H 'x-correlation-id: demo-123' ${campus}/api/feed`,
    `     curl -H 'x-correlation-id: demo-123' -H 'content-type: application/json' \\`,
    `          -d '{"content":"hello"}' ${campus}/api/posts/1/comments`,
    '     npm run -s seamwatch -- trace demo-123',
    `  2. curl -H 'content-type: application/json' -d '{"domain":"search","latencyMs":900,"seconds":60}' \\`,
    `          ${campus}/faults`,
    `     and watch search turn at ${app.url}`,
    '  3. npm run -s seamwatch -- report',
    '',
    '  Ctrl-C stops everything; the next start goes on from the stored data.',
    '',
  ].join('\n');
}

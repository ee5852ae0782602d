/** A file system that turns read-only, or is full, under a running collector: refused with the reason, read on, nothing acknowledged lost. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { spansPerBody, traceBody, traceIdOf } from './counting-client.ts';
import { breakExt4, type DiskStand, makeDisk, whyNoDisk } from './mount-stand.ts';
import { type BuiltChild, buildChild, type RunningChild, startChild } from './test-children.ts';
import { type Answer, send } from './test-collector.ts';

const nowMs = systemClock.nowMs();
const patient = { timeout: 30_000, interval: 50 };
const noTmpfs = whyNoDisk('tmpfs');
const noExt4 = whyNoDisk('ext4');
const noImmutable = whyNoImmutable();
let built: BuiltChild;
let child: RunningChild | null = null;
let stand: DiskStand | null = null;

beforeAll(async () => {
  built = await buildChild();
});
afterAll(() => built.remove());
afterEach(async () => {
  child?.process.kill('SIGKILL');
  await child?.ended;
  stand?.remove();
  [child, stand] = [null, null];
});

/** Sends bodies with the next numbers and remembers which were acknowledged. */
class Sender {
  readonly stored: number[] = [];
  readonly #url: string;
  #next: number;

  constructor(url: string | null, next = 0) {
    this.#url = url ?? '';
    this.#next = next;
  }

  async post(): Promise<Answer> {
    const number = this.#next;
    this.#next += 1;
    const answer = await send(`${this.#url}/v1/traces`, 'POST', traceBody(number, nowMs), {});
    if (answer.status === 200) this.stored.push(number);
    return answer;
  }

  async ask(path: string): Promise<string> {
    return (await send(`${this.#url}${path}`, 'GET', '', {})).body.toString();
  }

  /** Counted once each, and every one of them is there. */
  async expectStored(bodies: readonly number[]): Promise<void> {
    expect(await this.ask('/spans')).toBe(String(bodies.length * spansPerBody));
    for (const number of bodies) expect(await this.ask(`/trace/${traceIdOf(number)}`)).toBe(String(spansPerBody));
  }

  /** Every one of `count` bodies is refused for now, and what was stored is read meanwhile. */
  async expectRefused(count: number): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const answer = await this.post();
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.body.toString('latin1')).toContain('nothing was stored');
    }
    await this.expectStored(this.stored);
  }
}

test.skipIf(noTmpfs !== null)(
  `a disk that is really full (tmpfs of 12 MB) refuses, answers readers, and goes on by itself with more room; skipped: ${noTmpfs ?? 'no'}`,
  { timeout: 120_000 },
  async () => {
    stand = makeDisk({ kind: 'tmpfs', size: '12m' });
    child = stand.start(built, 50);
    const sender = new Sender(await child.url);
    stand.inside(child, ['sh', '-c', `dd if=/dev/zero of=${stand.folder}/ballast bs=1M count=9 2>/dev/null`]);
    while ((await sender.post()).status === 200);
    expect(sender.stored.length).toBeGreaterThan(3);
    await sender.expectRefused(20);
    expect(await sender.ask('/failure')).toMatch(/disk is full|disk I\/O error/);
    expect(await sender.ask('/failure')).toContain('give it free space');
    stand.inside(child, ['mount', '-o', 'remount,size=64m', stand.folder]);
    await vi.waitFor(async () => expect((await sender.post()).status).toBe(200), patient);
    expect(await sender.ask('/failure')).toBe('');
    await sender.expectStored(sender.stored);
  },
);

test.skipIf(noImmutable !== null)(
  `files that may no longer be written refuse, answer readers, and go on by themselves when they may; skipped: ${noImmutable ?? 'no'}`,
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'immutable-'));
    const file = join(folder, 'seamwatch.db');
    child = startChild(built, [file, '50']);
    const sender = new Sender(await child.url);
    for (let number = 0; number < 10; number += 1) expect((await sender.post()).status).toBe(200);
    const files = [file, `${file}-wal`];
    try {
      execFileSync('chattr', ['+i', ...files]);
      await sender.expectRefused(20);
      expect(await sender.ask('/failure')).toContain('writing to it is not permitted');
    } finally {
      execFileSync('chattr', ['-i', ...files]);
    }
    await vi.waitFor(async () => expect((await sender.post()).status).toBe(200), patient);
    expect(await sender.ask('/failure')).toBe('');
    await sender.expectStored(sender.stored);
    child.process.kill('SIGKILL');
    await child.ended;
    child = startChild(built, [file, '50']);
    await new Sender(await child.url).expectStored(sender.stored);
    rmSync(folder, { recursive: true });
  },
);

test.skipIf(noExt4 !== null)(
  `a file system that the kernel makes read-only refuses and answers readers; after it was mended everything is there; skipped: ${noExt4 ?? 'no'}`,
  { timeout: 120_000 },
  async () => {
    stand = makeDisk({ kind: 'ext4', size: '64m' });
    child = stand.start(built, 50);
    const sender = new Sender(await child.url);
    for (let number = 0; number < 10; number += 1) expect((await sender.post()).status).toBe(200);
    stand.inside(child, ['sync']);
    breakExt4(stand, child);
    await sender.expectRefused(20);
    expect(await sender.ask('/failure')).toContain('its file system is read-only');
    child.process.kill('SIGKILL');
    await child.ended;
    child = stand.start(built, 50);
    const again = new Sender(await child.url, 1_000);
    await again.expectStored(sender.stored);
    expect((await again.post()).status).toBe(200);
    await again.expectStored([...sender.stored, ...again.stored]);
  },
);

function whyNoImmutable(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'no-chattr-'));
  const { status, stderr, error } = spawnSync('chattr', ['+i', folder], { encoding: 'utf8' });
  if (status === 0) execFileSync('chattr', ['-i', folder]);
  rmSync(folder, { recursive: true, force: true });
  if (status === 0) return null;
  return `chattr +i does not work here (${(error?.message ?? stderr).trim()}); run as root with CAP_LINUX_IMMUTABLE`;
}

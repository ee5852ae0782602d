/** The flags of a rehearsal, and where k6 is looked for. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { rehearse } from './commands/rehearse.ts';
import { findK6 } from './find-k6.ts';
import { planOf } from './rehearsal-plan.ts';
import type { World } from './world.ts';

const usual = { start: 10, factor: 2, steps: 3 };

describe('the plan', () => {
  it('is the scenario’s staircase, or what the flags say', () => {
    expect(planOf({}, usual)).toEqual({ rates: [10, 20, 40], bisections: 2 });
    expect(planOf({ start: '5', factor: '3', steps: '2', bisections: '0' }, usual)).toEqual({
      rates: [5, 15],
      bisections: 0,
    });
    expect(planOf({ rates: '5, 10,20' }, usual).rates).toEqual([5, 10, 20]);
  });

  it.each([
    [{ rates: '5,5' }, '--rates 5,5 must ascend, such as 5,10,20'],
    [{ rates: '5,,10' }, '--rates "" must be a number from 0.1 to 10000'],
    [{ start: 'fast' }, '--start "fast" must be a number from 0.1 to 10000'],
    [{ factor: '1' }, '--factor "1" must be a number from 1.1 to 10'],
    [{ steps: '20' }, '20 steps by 2 from 10 end above 10000 a second; take fewer'],
  ])('refuses %j', (flags, message) => {
    expect(() => planOf(flags, usual)).toThrow(message);
  });
});

const nowhere: World = {
  clock: fakeClock(0),
  log: silentLog,
  env: { PATH: '' },
  version: '0',
  packageRoot: import.meta.dirname,
  columns: 100,
  out: () => {},
  note: () => {},
  stop: new AbortController().signal,
};

describe('before anything is loaded', () => {
  it('refuses a target that is not this machine until it is named twice', async () => {
    const target = 'https://shop.example/';
    await expect(rehearse({ target }, nowhere)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('add --yes-really-load shop.example'),
    });
    await expect(rehearse({ target, yesReallyLoad: 'yes' }, nowhere)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    // Named twice, it gets as far as looking for k6.
    await expect(rehearse({ target, yesReallyLoad: 'shop.example' }, nowhere)).rejects.toMatchObject({
      code: 'TOOL_MISSING',
    });
    for (const here of ['http://127.8.0.1:4700', 'http://[::1]:4700', 'http://localhost:4700']) {
      await expect(rehearse({ target: here }, nowhere)).rejects.toMatchObject({ code: 'TOOL_MISSING' });
    }
    for (const trick of ['http://127.0.0.1.shop.example', 'http://localhost@shop.example', 'http://[::2]']) {
      await expect(rehearse({ target: trick }, nowhere)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('says in one message how to get k6', () => {
    expect(() => findK6(undefined, { PATH: '/nowhere' })).toThrow(
      /needs k6.*brew install k6.*dl\.k6\.io.*go install go\.k6\.io\/k6\/v2@v2\.2\.0.*npm run tools.*grafana\.com\/docs\/k6.*--k6 PATH/,
    );
  });

  it('finds k6 on PATH first, then where go install puts it', () => {
    const home = mkdtempSync(join(tmpdir(), 'find-k6-'));
    const programIn = (...path: string[]): string => {
      mkdirSync(join(home, ...path), { recursive: true });
      const file = join(home, ...path, 'k6');
      writeFileSync(file, '');
      chmodSync(file, 0o755);
      return file;
    };
    try {
      const inGo = programIn('go', 'bin');
      expect(findK6(undefined, { PATH: '/nowhere', HOME: home })).toBe(inGo);
      const onPath = programIn('bin');
      expect(findK6(undefined, { PATH: `/nowhere:${join(home, 'bin')}`, HOME: home })).toBe(onPath);
      expect(() => findK6(join(home, 'absent'), { PATH: join(home, 'bin') })).toThrow(
        'is not a program that can be run',
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

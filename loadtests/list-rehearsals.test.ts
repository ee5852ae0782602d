/** Saved rehearsals are found again, newest first; a damaged file costs only itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RehearsalAnswer } from '../src/contract/index.ts';
import { listRehearsals, saveRehearsal } from './list-rehearsals.ts';

const older: RehearsalAnswer = {
  id: 'a',
  scenario: 'feed',
  target: 'http://127.0.0.1:4700',
  startedAt: '2026-11-20T10:00:00.000Z',
  endedAt: null,
  state: 'running',
  reason: null,
  sentence: 'The first step is running.',
  generator: 'k6 v2.2.0',
  steps: [],
  breaking: [],
  todayPeakPerSecond: null,
};

test('rehearsals are listed newest first, and a file that is none is left out and said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsals-'));
  try {
    saveRehearsal(folder, older);
    saveRehearsal(folder, { ...older, id: 'b', startedAt: '2026-11-20T11:00:00.000Z' });
    writeFileSync(join(folder, 'torn.json'), '{"id":');
    writeFileSync(join(folder, 'other.json'), '{"id":"c"}');
    const bad: string[] = [];
    expect(listRehearsals(folder, (file) => bad.push(file)).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(bad.map((file) => file.slice(folder.length + 1)).sort()).toEqual(['other.json', 'torn.json']);
    expect(listRehearsals(join(folder, 'nowhere'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

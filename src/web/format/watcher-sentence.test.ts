/** The sentence of the status page. */
import { describe, expect, it } from 'vitest';
import { probesAt } from '../fixture/probes.ts';
import { statusAt } from '../fixture/status.ts';
import { lastDataAt, lateProbes, watcherSentence } from './watcher-sentence.ts';

const nowMs = Date.UTC(2026, 2, 4, 12, 4, 20);
const status = statusAt(nowMs, 26_000);
const quiet = {
  ...status,
  intake: { ...status.intake, refused: [], rejectedRecords: [] },
  sinks: status.sinks.slice(0, 1),
  listeners: status.listeners.slice(0, 2),
};

const at = (agoMs: number) => new Date(nowMs - agoMs).toISOString();
const known = { probes: [], heardAt: at(14_000) };

describe('the sentence of the watcher', () => {
  it('names all that is wrong beside the proof that it lives', () => {
    expect(watcherSentence(status, known, nowMs)).toBe(
      'The watcher is alive: numbers are complete to 26 s ago, the app’s last data are 14 s old. 1 213 bodies and 4 records were refused, one of three sinks fails, two notifications wait and one of three listeners is closed.',
    );
  });

  it('says so when there is nothing to say', () => {
    expect(watcherSentence(quiet, { probes: [], heardAt: undefined }, nowMs)).toBe(
      'The watcher is alive: numbers are complete to 26 s ago. Nothing was refused, nothing waits.',
    );
  });

  it('never calls a watcher alive whose numbers stand still, or that has judged nothing', () => {
    expect(watcherSentence(statusAt(nowMs, 412_000), known, nowMs)).toContain(
      'answers but stands still: nothing has been complete since 6 min.',
    );
    expect(watcherSentence({ ...quiet, watermark: null }, known, nowMs)).toContain('has judged nothing yet');
  });

  it('says that it hears nothing, even while its own probes go on', () => {
    expect(watcherSentence(quiet, { ...known, heardAt: at(300_000) }, nowMs)).toContain(
      'alive, but hears nothing: the app’s last data are 5 min old.',
    );
    const unheard = { ...known, heardAt: null };
    const silent = { ...quiet, intake: { ...quiet.intake, lastBodyAt: { traces: null, metrics: null, logs: null } } };
    expect(watcherSentence(silent, unheard, nowMs)).toContain('no app has sent anything yet');
    expect(watcherSentence(quiet, unheard, nowMs)).toContain('nothing that arrives is counted by an objective yet');
    const objectives = [
      { kind: 'latency', lastDataAt: at(300_000) },
      { kind: 'availability', lastDataAt: at(5_000) },
      { kind: 'errors', lastDataAt: null },
    ] as const;
    expect(lastDataAt(objectives)).toBe(at(300_000));
  });

  it('counts a probe as late after three intervals without a run, and one that never ran as not late', () => {
    const [first] = probesAt(nowMs);
    if (first === undefined) throw new Error('the fixture has no probe');
    const ran = (agoMs: number | null) => ({
      ...first,
      everyMs: 30_000,
      lastRunAt: agoMs === null ? null : new Date(nowMs - agoMs).toISOString(),
    });
    expect(lateProbes([ran(90_000), ran(90_001), ran(null)], nowMs)).toHaveLength(1);
    expect(watcherSentence(quiet, { ...known, probes: [ran(90_001)] }, nowMs)).toContain('The one probe is late.');
  });
});

/** The report on a pull request: worst first, within the limits, nothing breaks out of its line. */
import { describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../contract/index.ts';
import { assessReadiness } from '../assess.ts';
import { campusInput, declared, edge, twelveOfFourteen } from '../campus-fixture.ts';
import { lowerExit } from '../exit.ts';
import { githubFailure, githubLimits, renderGithub } from './github.ts';
import { renderMarkdown } from './markdown.ts';

const report = assessReadiness(
  campusInput(
    { P1: twelveOfFourteen, P3: 'oxoxoxoxoxoxox' },
    { facts: declared({ improvementsDone: true, gpuInference: false }), coupling: [edge('posts', 'users')] },
  ),
);

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const levelsOf = (text: string): string[] => linesOf(text).map((line) => /^::(\w+) /.exec(line)?.[1] ?? line);

/** The report with `count` reasons of a code, none lowered. */
function withReasons(count: number, text: (index: number) => string, code = 1): ReadinessReport {
  const reasons = Array.from({ length: count }, (_, index) => ({
    code,
    kind: 'gate' as const,
    text: text(index),
    lowered: false,
  }));
  return { ...report, exit: { code, reasons } };
}

describe('the job summary', () => {
  it('has every section of the Markdown report, the exit and the verdict that asks for work before the rest', () => {
    const { summary } = renderGithub(report);
    expect(linesOf(summary).toSorted()).toEqual(linesOf(renderMarkdown(report)).toSorted());
    const heads = linesOf(summary).filter((line) => /^##? /.test(line));
    expect(heads.slice(0, 3)).toEqual([
      '# Extraction readiness',
      expect.stringMatching(/^## Exit \d/),
      expect.stringMatching(/^## Notifications: /),
    ]);
    expect(heads.at(-1)).toBe('## Do not extract');
  });

  it('is cut at 1 MiB between lines, keeps the worst, and says what was left out', () => {
    const long = {
      ...report,
      unknowns: report.unknowns.flatMap((one) =>
        Array(40).fill({ ...one, reason: 'ü'.repeat(20_000), flipsVerdicts: ['chat'] }),
      ),
    };
    const { summary } = renderGithub(long);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(githubLimits.summaryBytes);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(githubLimits.summaryBytes * 0.95);
    expect(summary).toContain('## Notifications: ');
    expect(summary).not.toContain('## Do not extract');
    expect(linesOf(summary).at(-1)).toMatch(
      /^_Left out, because a summary holds at most 1048576 bytes: \d+ lines of unknowns, checklists, domains to keep\. The whole report: /,
    );
  });

  it.each([700, 1_000, 2_000, 4_000])('stays within %d bytes', (summaryBytes) => {
    const { summary } = renderGithub(report, { ...githubLimits, summaryBytes });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(summaryBytes);
    expect(summary).toContain('_Left out');
  });
});

describe('annotations', () => {
  it('are errors for what fails the step, warnings for what is found beside it, notices for what is lowered', () => {
    const found = [
      { code: 3, kind: 'unknown' as const, text: 'engineers is unknown', lowered: false },
      { code: 4, kind: 'decision' as const, text: 'P1 has fired', lowered: false },
    ];
    const levels = (failOn: ('gate' | 'unknown' | 'decision')[]) => {
      const exit = lowerExit(found, new Set(failOn));
      return [exit.code, ...levelsOf(renderGithub({ ...report, verdicts: [], slos: [], exit }).annotations)];
    };
    expect(levels(['gate', 'unknown', 'decision'])).toEqual([3, 'error', 'warning']);
    expect(levels(['decision'])).toEqual([4, 'error', 'notice']);
    expect(levels([])).toEqual([0, 'notice', 'notice']);
  });

  it('name each domain that is not to be kept, the candidate first', () => {
    const notices = linesOf(renderGithub(report).annotations).filter((line) => line.startsWith('::notice'));
    expect(notices.length).toBe(report.verdicts.filter(({ verdict }) => verdict !== 'KEEP').length);
    expect(notices[0]).toMatch(/^::notice title=Notifications%3A [A-Z_]+::/);
  });

  it('are at most ten of a level, the rest counted in the tenth', () => {
    const errors = (count: number) =>
      linesOf(renderGithub(withReasons(count, (index) => `gate ${index}`)).annotations).filter((line) =>
        line.startsWith('::error'),
      );
    expect([errors(10).length, errors(11).length, errors(25).length]).toEqual([10, 10, 10]);
    expect(errors(10).at(-1)).toContain('gate 9');
    expect(errors(11).at(-1)).toBe('::error title=Extraction readiness::2 more; the job summary has them all');
    expect(errors(25).at(-1)).toContain('16 more');
  });

  it('hold what a report says on one line each, whatever it says', () => {
    const evil = '100 %\r\n::stop-commands::x\n::error::a, b: c';
    const { annotations } = renderGithub({ ...withReasons(1, () => evil), verdicts: [], slos: [] });
    expect(annotations).toBe(
      '::error title=Extraction readiness%3A a gate is violated::100 %25%0D%0A::stop-commands::x%0A::error::a, b: c\n',
    );
    const titled = report.verdicts.map((verdict) => ({ ...verdict, title: 'a,b:c\n%', verdict: 'PREPARE' as const }));
    const exit = { code: 0, reasons: [] };
    const [notice] = linesOf(renderGithub({ ...report, slos: [], exit, verdicts: titled.slice(0, 1) }).annotations);
    expect(notice).toMatch(/^::notice title=a%2Cb%3Ac%0A%25%3A PREPARE::/);
  });

  it('tell why there is no report', () => {
    expect(githubFailure('no database\nin x')).toBe(
      '::error title=Extraction readiness%3A no report::no database%0Ain x\n',
    );
  });
});

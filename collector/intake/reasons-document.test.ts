import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusalCodes } from './refusal.ts';
import { spanRejectionNames } from './wire/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const document = read('../../docs/telemetry.md');
const rows = document.split('\n').filter((line) => line.startsWith('|'));

describe('the document on telemetry', () => {
  it('has a row for each reason of a refusal, with its HTTP status', () => {
    const missing = Object.entries(refusalCodes).filter(
      ([reason, { status }]) =>
        reason !== 'internal' && !rows.some((row) => row.includes(`\`${reason}\``) && row.includes(String(status))),
    );
    expect(missing).toEqual([]);
  });

  it('names each reason for which a single span or point is left out', () => {
    const pointReasons = [...read('./metric-checks.ts').matchAll(/'([a-z]+(?:_[a-z]+)*)'/g)]
      .map((match) => match[1] ?? '')
      .filter((word) => read('./metric-checks.ts').includes(`return '${word}'`) || word === 'inconsistent_histogram');
    expect(pointReasons.length).toBeGreaterThan(10);
    const missing = [...spanRejectionNames.slice(1), ...pointReasons].filter(
      (reason) => !document.includes(`\`${reason}\``),
    );
    expect(missing).toEqual([]);
  });
});

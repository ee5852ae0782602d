/** Checks of a whole page that no single line can fail: the values OpenMetrics allows. */
import { AppError } from '../../../src/kernel/errors.ts';
import { histogramsOf } from './histograms.ts';
import type { PageFamily, PageFormat, PageSample } from './page.ts';

/** @throws INVALID_REQUEST naming the line */
export function checkFamilies(families: readonly PageFamily[], format: PageFormat): void {
  const histograms = histogramsOf(families);
  if (format === 'text') return;
  for (const { name, line, counts, count } of histograms) {
    if (counts.length === 0) refuse({ line, name }, 'has no bucket le="+Inf"');
    const total = counts.reduce((sum, one) => sum + one, 0);
    if (count !== total) refuse({ line, name }, `counts ${count}, its bucket le="+Inf" ${total}; they must be equal`);
  }
  for (const family of families) for (const sample of family.samples) checkSample(family, sample);
}

function checkSample(family: PageFamily, sample: PageSample): void {
  const { value, labels, name } = sample;
  const mayHaveExemplar = name.endsWith('_total') || name.endsWith('_bucket');
  if (sample.exemplar !== null && !mayHaveExemplar)
    refuse(sample, 'may not carry an exemplar; counters and buckets may');
  if (family.type === 'counter' && !(value >= 0)) refuse(sample, `is ${value}; a counter is 0 or more`);
  if (family.type === 'info' && value !== 1) refuse(sample, `is ${value}; an info is always 1`);
  if (family.type === 'stateset') {
    if (value !== 0 && value !== 1) refuse(sample, `is ${value}; a state is 0 or 1`);
    if (labels[family.name] === undefined) refuse(sample, `needs the label ${family.name}: which state it is`);
  }
  if (family.type === 'summary' && name === family.name && labels.quantile === undefined) {
    refuse(sample, 'needs the label quantile');
  }
}

function refuse(sample: Pick<PageSample, 'line' | 'name'>, what: string): never {
  throw new AppError('INVALID_REQUEST', `line ${sample.line} of the metrics page: ${sample.name} ${what}`, {
    details: { line: sample.line },
  });
}

/** What is refused, with the exact message; and how defaults are filled in. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../src/kernel/errors.ts';
import { exampleErrors } from './example-objective.ts';
import { parseObjectives, parsePolicies } from './index.ts';

const latency = { kind: 'latency', signal: 'domain.request.duration', share: 0.95, atMost: '200ms' } as const;

function refusal(changes: Readonly<Record<string, unknown>>): string {
  return messageOf(() => parseObjectives([{ ...exampleErrors, ...changes }], 'seamwatch.yaml'));
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

const subject = 'seamwatch.yaml: objective "checkout":';

describe('parseObjectives', () => {
  it.each([
    [
      'a target in percent',
      { indicator: { ...exampleErrors.indicator, target: 99.9 } },
      'indicator.target 99.9 must be a ratio below 1; write 0.999',
    ],
    [
      'a target of 1, which leaves no budget',
      { indicator: { ...exampleErrors.indicator, target: 1 } },
      'indicator.target 1 must be a ratio above 0 and below 1, such as 0.999',
    ],
    [
      'a percentile in percent',
      { indicator: { ...latency, share: 95 } },
      'indicator.share 95 must be a ratio below 1; write 0.95',
    ],
    [
      'a latency without its percentile',
      { indicator: { kind: 'latency', signal: 'x', atMost: '200ms' } },
      'indicator.share is missing; write a ratio below 1, such as 0.999',
    ],
    [
      'a threshold without a unit',
      { indicator: { ...latency, atMost: 200 } },
      'indicator.atMost 200 has no unit; write 200ms or 200s',
    ],
    [
      'a threshold that is no duration',
      { indicator: { ...latency, atMost: 'fast' } },
      'indicator.atMost duration "fast" is not understood; write a positive number with ms, s, m, h or d, such as 200ms or 30d',
    ],
    [
      'an unknown key of the objective',
      { windows: '30d' },
      'has the unknown key "windows"; write one of id, sentence, source, domain, indicator, window, page, burn, perDomain, notApplicable, note, or remove it',
    ],
    [
      'an unknown key of the indicator',
      { indicator: { ...exampleErrors.indicator, sorce: 'metrics' } },
      'indicator has the unknown key "sorce"; write one of kind, signal, where, source, target, or remove it',
    ],
    [
      'an unknown kind',
      { indicator: { kind: 'latncy' } },
      'indicator.kind "latncy" is not known; write one of latency, errors, availability, level, composite',
    ],
    [
      'an unknown source',
      { indicator: { ...exampleErrors.indicator, source: 'logs' } },
      'indicator.source "logs" is not known; write one of metrics, spans, probe, scrape',
    ],
    ['a missing sentence', { sentence: undefined }, 'sentence is missing; add it (string)'],
    ['a missing window', { window: undefined }, 'window is missing; add it (a duration such as 200ms)'],
    ['an empty list of windows', { window: [] }, 'window is empty; write at least one window, such as 30d'],
    [
      'a window guard of zero',
      { window: ['30d', { last: '5m', minEvents: 0 }] },
      'window[1].minEvents 0 is too small; it must be at least 1',
    ],
    [
      'a calendar window other than a month',
      { window: { calendar: 'week' } },
      'window.calendar "week" is not known; write one of month',
    ],
    [
      'a page without a threshold',
      { page: { over: '5m' } },
      'page has no threshold; write atMost (latency), above (errors) or downFor (availability)',
    ],
    [
      'a latency page on an error objective',
      { page: { atMost: '1s', over: '5m' } },
      'page does not fit an indicator of kind errors; write above and over',
    ],
    [
      'a page on a level',
      { indicator: { kind: 'level', signal: 'x', target: 0.9, atMost: 5 }, page: { downFor: '5m' } },
      'page does not fit an indicator of kind level; remove it',
    ],
    [
      'perDomain over a word it does not know',
      { perDomain: { over: 'some' } },
      'perDomain.over "some" is not known; write all, extracted or a list of domain ids',
    ],
  ])('refuses %s', (_name, changes, message) => {
    expect(refusal(changes)).toBe(`${subject} ${message}`);
  });

  it('refuses an id with capitals, naming the objective', () => {
    expect(refusal({ id: 'Checkout' })).toBe(
      'seamwatch.yaml: objective "Checkout": id "Checkout" is not an id; write small letters, digits and hyphens',
    );
  });

  it('names an objective without an id by its place', () => {
    expect(messageOf(() => parseObjectives([{ ...exampleErrors, id: undefined }], 'seamwatch.yaml'))).toBe(
      'seamwatch.yaml: objective number 1: id is missing; add it (string)',
    );
  });

  it('reports every finding of an objective at once, one a line', () => {
    expect(refusal({ window: '30', pge: 1 }).split('\n')).toHaveLength(2);
  });

  it('refuses an id that is defined twice', () => {
    expect(messageOf(() => parseObjectives([exampleErrors, exampleErrors], 'seamwatch.yaml'))).toBe(
      `${subject} is defined twice; rename or remove one`,
    );
  });

  it('refuses a section that is not a list', () => {
    expect(messageOf(() => parseObjectives({ checkout: exampleErrors }, 'seamwatch.yaml: objectives'))).toBe(
      'seamwatch.yaml: objectives: must be a list; begin each objective with "- id:"',
    );
  });

  it('reads an absent section as no objectives', () => {
    expect(parseObjectives(null, 'seamwatch.yaml')).toEqual([]);
  });

  it('turns durations into ms, conditions into text and one window into a list', () => {
    const [parsed] = parseObjectives(
      [
        {
          ...exampleErrors,
          indicator: { ...latency, where: { entry: true, channel: ['in_app', 'push'] } },
          window: ['30d', { last: '5m', minEvents: 20 }, { calendar: 'month' }],
          page: { atMost: '500ms', over: '5m', minEvents: 20 },
        },
      ],
      'test',
    );
    expect(parsed?.indicator).toEqual({
      kind: 'latency',
      signal: 'domain.request.duration',
      where: { entry: 'true', channel: ['in_app', 'push'] },
      source: 'metrics',
      target: 0.95,
      atMostMs: 200,
    });
    expect(parsed?.windows).toEqual([
      { kind: 'rolling', lengthMs: 2_592_000_000, minEvents: 1, minFailures: 1 },
      { kind: 'rolling', lengthMs: 300_000, minEvents: 20, minFailures: 1 },
      { kind: 'calendar', unit: 'month', minEvents: 1, minFailures: 1 },
    ]);
    expect(parsed?.page).toEqual({ kind: 'latency', atMostMs: 500, overMs: 300_000, minEvents: 20, minFailures: 1 });
  });
});

describe('parsePolicies', () => {
  it('refuses a severity it does not know', () => {
    const pairs = [{ long: '1h', short: '5m', factor: 14.4, severity: 'sms' }];
    expect(messageOf(() => parsePolicies([{ id: 'fast', source: 'own', window: '30d', pairs }], 'policies.yaml'))).toBe(
      'policies.yaml: policy "fast": pairs[0].severity "sms" is not known; write one of page, ticket',
    );
  });

  it('refuses a factor of zero', () => {
    const pairs = [{ long: '1h', short: '5m', factor: 0, severity: 'page' }];
    expect(messageOf(() => parsePolicies([{ id: 'fast', source: 'own', window: '30d', pairs }], 'policies.yaml'))).toBe(
      'policies.yaml: policy "fast": pairs[0].factor 0 is too small; it must be above 0',
    );
  });
});

/** Findings name the place, the value and the remedy. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { parseInside, parseWith, shownValue } from './validate.ts';

const port = z.strictObject({ host: z.string(), port: z.number().int().gt(0).max(65_535), mode: z.enum(['a', 'b']) });

function findings(value: unknown): unknown {
  try {
    parseWith(port, value, 'seamwatch.yaml: listen');
  } catch (error) {
    if (error instanceof AppError) return error.details.findings;
    throw error;
  }
  return 'accepted';
}

describe('parseWith', () => {
  it('gives back what fits', () => {
    expect(parseWith(port, { host: 'x', port: 1, mode: 'a' }, 'here')).toEqual({ host: 'x', port: 1, mode: 'a' });
  });

  it('reports every finding with its path, the value and what is allowed', () => {
    expect(findings({ port: 70_000, mode: 'c', prot: 1 })).toEqual([
      'seamwatch.yaml: listen: host is missing; add it (string)',
      'seamwatch.yaml: listen: port 70000 is too big; it must be at most 65535',
      'seamwatch.yaml: listen: mode "c" is not known; write one of a, b',
      'seamwatch.yaml: listen: has the unknown key "prot"; write one of host, port, mode, or remove it',
    ]);
  });

  it('reports a value of another type', () => {
    expect(findings('4600')).toEqual(['seamwatch.yaml: listen: "4600" must be of type object']);
  });

  it('keeps the path and the message of a nested parse', () => {
    const either = z.object({ listen: z.unknown().transform((value, context) => parseInside(port, value, context)) });
    expect(() => parseWith(either, { listen: { host: 'x', port: 0, mode: 'a' } }, 'here')).toThrow(
      'here: listen.port 0 is too small; it must be above 0',
    );
  });
});

describe('shownValue', () => {
  it('shortens a long value to 60 characters', () => {
    expect(shownValue('x'.repeat(100))).toHaveLength(60);
    expect(shownValue(undefined)).toBe('undefined');
  });
});

/** W3C headers and the sampling threshold, by worked examples. */
import { describe, expect, it } from 'vitest';
import { mayLeaveFor } from './fetch.ts';
import { templateOfPath, templateOfRoute } from './route.ts';
import {
  baggageValue,
  formatTraceparent,
  isInSample,
  parseTraceparent,
  thresholdOf,
  thresholdText,
  withBaggage,
  withProbeMark,
} from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('is read with its flags bit by bit', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-03`, 'ot=th:8')).toEqual({
      traceId,
      spanId,
      sampled: true,
      traceState: 'ot=th:8',
      isProbe: false,
    });
    expect(parseTraceparent(`00-${traceId}-${spanId}-02`, '')).toMatchObject({ sampled: false, traceState: null });
  });

  it('of a later version is read by its first 55 characters', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-comes`, null)).toMatchObject({ traceId, spanId });
  });

  it.each([
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}`,
    '',
    undefined,
  ])('is ignored when it is %s', (value) => {
    expect(parseTraceparent(value, 'a=b')).toBeNull();
  });

  it('is written as version 00', () => {
    expect(formatTraceparent(traceId, spanId, true)).toBe(`00-${traceId}-${spanId}-01`);
  });
});

describe('the mark of a probe', () => {
  it('is one exact member of the tracestate, and goes first', () => {
    const remote = (traceState: string) => parseTraceparent(`00-${traceId}-${spanId}-01`, traceState);
    expect(remote('a=1,\tseam=probe ,ot=th:8')).toMatchObject({ isProbe: true, traceState: 'seam=probe,a=1,ot=th:8' });
    expect(remote('seam=old,seam=probe')).toMatchObject({ isProbe: true, traceState: 'seam=probe' });
    expect(remote('seam=probe;a')).toMatchObject({ isProbe: false, traceState: 'seam=probe;a' });
    expect(remote(`${'x'.repeat(9_000)},seam=probe`)).toMatchObject({ isProbe: false, traceState: null });
  });

  it('drops members from the end above 32 members and 512 characters', () => {
    const many = Array.from({ length: 32 }, (_, index) => `m${index}=1`);
    expect(withProbeMark(many.join(','))).toBe(['seam=probe', ...many.slice(0, 31)].join(','));
    const long = ['a', 'b', 'c'].map((key) => `${key}=${'x'.repeat(248)}`);
    expect(withProbeMark(long.join(','))).toBe(['seam=probe', ...long.slice(0, 2)].join(','));
    expect([512 - withProbeMark(long.join(',')).length, withProbeMark(null)]).toEqual([0, 'seam=probe']);
  });
});

describe('baggage', () => {
  it('is percent-decoded, and properties are left aside', () => {
    expect(baggageValue('a=1, seam.correlation_id=x%3Ay;ttl=5', 'seam.correlation_id')).toBe('x:y');
    expect(baggageValue('a=1', 'b')).toBeNull();
  });

  it('replaces the key and keeps other members whole, at most 64 and 8192 bytes', () => {
    expect(withBaggage('k=old,a=1', 'k', 'n w')).toBe('k=n%20w,a=1');
    const many = Array.from({ length: 80 }, (_, index) => `m${index}=1`).join(',');
    expect(withBaggage(many, 'k', 'v').split(',')).toHaveLength(64);
    const long = `a=${'x'.repeat(4_000)},b=${'y'.repeat(4_186)}`;
    expect(
      withBaggage(long, 'k', 'v')
        .split(',')
        .map((member) => member[0]),
    ).toEqual(['k', 'a']);
  });
});

describe('the sampling threshold', () => {
  it.each([
    [1, '0'],
    [0.5, '8'],
    [0.25, 'c'],
    [0.1, 'e6666666666600'.replace(/0+$/, '')],
  ])('of ratio %d is th:%s', (ratio, text) => {
    expect(thresholdText(ratio)).toBe(text);
  });

  it('keeps a trace when its last 56 bits are at or above it', () => {
    expect(isInSample(`${'0'.repeat(18)}c0000000000000`, thresholdOf(0.25))).toBe(true);
    expect(isInSample(`${'f'.repeat(18)}bfffffffffffff`, thresholdOf(0.25))).toBe(false);
  });
});

describe('route templates', () => {
  it('replace what looks like an id and nothing else', () => {
    expect(templateOfPath('/api/posts/17/comments')).toBe('/api/posts/:id/comments');
    expect(templateOfPath('/u/018f2c3e-7b1a-7c3d-9e4f-5a6b7c8d9e0f')).toBe('/u/:id');
    expect(templateOfPath('/api/v1/recommendations')).toBe('/api/v1/recommendations');
  });

  it('put the mount point in front of a mounted route', () => {
    expect(templateOfRoute('/posts/:id', '/api/posts/17')).toBe('/api/posts/:id');
    expect(templateOfRoute('/members/:name', '/teams/9/members/ann')).toBe('/teams/:id/members/:name');
    expect(templateOfRoute('/', '/api')).toBe('/api');
  });
});

it('headers leave for a named host, with its port when one is named', () => {
  expect(mayLeaveFor('http://localhost:1/', ['localhost'])).toBe(true);
  expect(mayLeaveFor('http://localhost:1/', ['localhost:2'])).toBe(false);
  expect(mayLeaveFor('http://localhost.evil.test/', ['localhost'])).toBe(false);
  expect(mayLeaveFor('/relative', ['localhost'])).toBe(false);
});

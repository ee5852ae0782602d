/** Decoding spans for reading: every kind of value, tolerance of the unknown, refusal of the broken. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesField, encodeSpans, type FixtureValue, message, varintField } from './otlp-fixture.ts';
import { tooDeep } from './span-attributes.ts';
import { decodeSpans } from './span-decode.ts';

const base = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  startMs: 1_790_000_000_000.25,
  durationMs: 1.5,
};

function attributesOf(attributes: Readonly<Record<string, FixtureValue>>): unknown {
  return decodeSpans(encodeSpans([{ ...base, attributes }], {}))[0]?.attributes;
}

describe('a decoded span', () => {
  it('carries ids, times, kind, status, events, links, and what resource and scope say', () => {
    const body = encodeSpans(
      [
        {
          ...base,
          parentSpanId: '00f067aa0ba902b7',
          name: 'POST /api/posts',
          kind: 'server',
          status: 'error',
          statusMessage: 'boom',
          domain: 'feed',
          operation: 'createPost',
          correlationId: 'c-1',
          events: [{ name: 'exception', timeMs: 1_790_000_000_001, attributes: { 'exception.type': 'TypeError' } }],
          links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
        },
      ],
      { 'service.name': 'api', 'seam.synthetic': true },
      'seamwatch',
    );
    expect(decodeSpans(body)).toEqual([
      {
        traceId: base.traceId,
        spanId: base.spanId,
        parentSpanId: '00f067aa0ba902b7',
        name: 'POST /api/posts',
        kind: 'server',
        status: 'error',
        startNs: 1_790_000_000_000_250_000n,
        endNs: 1_790_000_000_001_750_000n,
        attributes: {
          'seam.domain': 'feed',
          'seam.operation': 'createPost',
          'seam.correlation_id': 'c-1',
          'otel.status_description': 'boom',
          'otel.scope.name': 'seamwatch',
          'resource.service.name': 'api',
          'resource.seam.synthetic': true,
        },
        events: [
          { name: 'exception', timeNs: 1_790_000_000_001_000_000n, attributes: { 'exception.type': 'TypeError' } },
        ],
        links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: {} }],
        domain: 'feed',
        operation: 'createPost',
        correlationId: 'c-1',
        synthetic: true,
      },
    ]);
  });

  it('takes its domain from the resource when it names none itself', () => {
    expect(decodeSpans(encodeSpans([base], { 'seam.domain': 'media' }))[0]?.domain).toBe('media');
    expect(decodeSpans(encodeSpans([{ ...base, domain: 'chat' }], { 'seam.domain': 'media' }))[0]?.domain).toBe('chat');
  });

  it('keeps every kind of attribute value as JSON', () => {
    expect(
      attributesOf({
        text: 'žluť',
        yes: true,
        no: false,
        int: -42,
        largest: 2n ** 53n - 1n,
        unsafe: 2n ** 53n,
        least: -(2n ** 63n),
        double: 0.25,
        infinite: Number.POSITIVE_INFINITY,
        nan: Number.NaN,
        bytes: Uint8Array.of(1, 2, 255),
        list: ['a', 1, [true]],
        map: { inner: { deep: 1.5 }, none: {} },
        __proto: 'x',
      }),
    ).toEqual({
      text: 'žluť',
      yes: true,
      no: false,
      int: -42,
      largest: 9007199254740991,
      unsafe: '9007199254740992',
      least: '-9223372036854775808',
      double: 0.25,
      infinite: 'Infinity',
      nan: 'NaN',
      bytes: { bytes: 'AQL/' },
      list: ['a', 1, [true]],
      map: { inner: { deep: 1.5 }, none: {} },
      __proto: 'x',
      'otel.scope.name': 'fixture',
    });
  });

  it('cuts values nested deeper than sixteen levels', () => {
    let value: FixtureValue = 'bottom';
    for (let depth = 0; depth < 500; depth += 1) value = [value];
    expect(JSON.stringify(attributesOf({ value }))).toContain(`[[${JSON.stringify(tooDeep)}]]`);
  });

  it('cannot be made to change prototypes by an attribute called __proto__', () => {
    const attributes = attributesOf(Object.fromEntries([['__proto__', { polluted: true }]]));
    expect(Object.hasOwn(attributes as object, '__proto__')).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('is the same whether bodies are decoded apart or concatenated', () => {
    const one = encodeSpans([base, { ...base, spanId: '1'.repeat(16) }], { a: 1 });
    const two = encodeSpans([{ ...base, spanId: '2'.repeat(16) }], { b: 2 });
    expect(decodeSpans(Buffer.concat([one, two]))).toEqual([...decodeSpans(one), ...decodeSpans(two)]);
  });

  it('passes over unknown fields, and reads a resource that stands after its spans', () => {
    const id = bytesField(1, Buffer.from(base.traceId, 'hex'));
    const span = message(2, [
      varintField(99, 7n),
      id,
      bytesField(98, Buffer.from('later')),
      bytesField(5, Buffer.from('n')),
    ]);
    const pair = message(1, [
      bytesField(1, Buffer.from('seam.domain')),
      message(2, [bytesField(1, Buffer.from('feed'))]),
    ]);
    const body = message(1, [varintField(55, 1n), message(2, [span]), message(1, [pair])]);
    expect(decodeSpans(body)).toMatchObject([{ traceId: base.traceId, name: 'n', domain: 'feed', kind: 'internal' }]);
  });

  it('never ends before it starts', () => {
    expect(decodeSpans(encodeSpans([{ ...base, durationMs: -5 }]))[0]).toMatchObject({
      endNs: 1_790_000_000_000_250_000n,
    });
  });
});

describe('a broken body', () => {
  const whole = encodeSpans([{ ...base, attributes: { list: ['a', { b: 1 }] } }]);

  it('is refused with its place, when it is cut anywhere in the first span', () => {
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => decodeSpans(whole.subarray(0, length)), `cut at ${length}`).toThrow(
        /^OTLP spans: .* at byte \d+; send an/,
      );
    }
  });

  it('is refused or decoded, and nothing else, whatever byte is changed', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        try {
          JSON.stringify(decodeSpans(changed).map((span) => span.attributes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'OTLP_MALFORMED' });
        }
      }),
      { numRuns: 2_000, seed: 11 },
    );
  });
});

/** However a sender lays its JSON out, the same comes out as from protobuf; and JSON is what the JSON parser takes for JSON. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSpans } from '../history/index.ts';
import { decodeLogs, transcodeLogs, transcodeTraces } from '../intake/wire/index.ts';
import { toJson, toProtobuf } from './encode.ts';
import { mutateJson } from './mutate.ts';
import { type Draw, drawFrom } from './random.ts';
import { requestKinds } from './valid-otlp.ts';

const paths = {
  traces: { transcode: transcodeTraces, decode: decodeSpans },
  logs: { transcode: transcodeLogs, decode: decodeLogs },
} as const;
const kinds = requestKinds.flatMap((kind) =>
  kind.telemetry === 'metrics' ? [] : [{ ...kind, ...paths[kind.telemetry] }],
);
const draws = fc.integer().map((seed) => drawFrom(seed));

/** JSON text of a value, written in another way: order of members, white space, escapes, members that say nothing or twice. */
function laidOut(value: unknown, draw: Draw): string {
  if (typeof value === 'string') return `"${[...value].map((one) => escaped(one, draw)).join('')}"`;
  if (Array.isArray(value))
    return bracketed(
      value.map((one) => laidOut(one, draw)),
      '[]',
      draw,
    );
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, one]) => [laidOut(name, draw), laidOut(one, draw)] as const);
  if (draw(3) === 0) entries.reverse();
  const members = entries.flatMap(([name, one]) => {
    const own = `${name}${draw(8) === 0 ? ' ' : ''}:${one}`;
    if (draw(40) === 0) return [`${name}:${['[[]]', '"x"', '7', 'null'][draw(4)]}`, own];
    return draw(20) === 0 ? [`"x${draw(9)}":{"a":["]}",{"b":-1.5e3}]}`, own] : [own];
  });
  return bracketed(members, '{}', draw);
}

function escaped(one: string, draw: Draw): string {
  if (draw(30) > 0) return JSON.stringify(one).slice(1, -1);
  return Array.from({ length: one.length }, (_, at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  );
}

function bracketed(parts: readonly string[], brackets: string, draw: Draw): string {
  const gap = (): string => (draw(12) === 0 ? ([' ', '\n  ', '\t\r\n'][draw(3)] ?? '') : '');
  return `${gap()}${brackets[0]}${gap()}${parts.join(`${gap()},${gap()}`)}${gap()}${brackets[1]}${gap()}`;
}

test.each(kinds)('$telemetry in JSON of any layout decode as from protobuf', ({ type, request, transcode, decode }) => {
  fc.assert(
    fc.property(request, draws, (message, draw) => {
      const json = Buffer.from(laidOut(JSON.parse(toJson(type, message, draw)), draw));
      expect(decode(transcode(json))).toEqual(decode(toProtobuf(type, message)));
    }),
    { seed: 20_260_303, numRuns: 500 },
  );
});

test.each(kinds)(
  'mutated $telemetry are refused as no JSON exactly when they are none',
  ({ type, request, transcode }) => {
    const draw = drawFrom(5);
    const samples = fc
      .sample(request, { seed: 5, numRuns: 100 })
      .map((message) => Buffer.from(toJson(type, message, draw)));
    const pick = (): Buffer => samples[draw(samples.length)] ?? Buffer.alloc(0);
    const seen = { read: 0, refused: 0, noJson: 0 };
    for (let round = 0; round < 8_000; round += 1) {
      const body = mutateJson(pick(), pick(), draw);
      const outcome = outcomeOf(() => transcode(body).length);
      const length = typeof outcome === 'number' ? outcome : 0;
      expect(length, body.toString()).toBeLessThanOrEqual(body.length);
      expect(String(outcome).includes('cannot be parsed'), body.toString()).toBe(!isJson(body));
      if (!isJson(body)) seen.noJson += 1;
      else if (typeof outcome === 'number') seen.read += 1;
      else seen.refused += 1;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(200);
  },
);

function outcomeOf(read: () => number): number | string {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}

/** Bodies of 512 spans for a load: every id random to the last byte, and made new before each sending. */
import { sampleTraces } from '../collector/intake/otlp-samples.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/ids.ts';

export const spansPerBody = 512;
const spansPerTrace = 8;
const domains = ['feed', 'chat', 'search', 'notifications', 'profile', 'media'];
const operations = ['load', 'create', 'send', 'query', 'list'];
const random = seededRandom(7);

/** Ids that are patched are found by their fixed upper bytes. */
function template(): Buffer {
  const spans = Array.from({ length: spansPerBody }, (_, index) => ({
    traceId: 'c0ffee00c0ffee000000000000000000',
    spanId: 'c0ffee01c0ffee01',
    parentSpanId: 'c0ffee02c0ffee02',
    name: `${domains[index % 6]}.${operations[index % 5]}`,
    kind: index % spansPerTrace === 0 ? 2 : 1,
    startMs: systemClock.nowMs() - 1_000,
    durationMs: Math.floor(random() * 400_000) / 1_000,
    status: index % 50 === 0 ? 2 : 0,
    attributes: {
      'seam.domain': domains[index % 6] ?? '',
      'seam.operation': operations[index % 5] ?? '',
      'seam.correlation_id': 'c0ffee03c0ffee03-8000-0000-000000000',
      entry: index % spansPerTrace === 0,
      outcome: index % 50 === 0 ? 'error' : 'ok',
      'http.route': '/api/things/:id',
      'code.function': 'handleRequestOfThings',
      'user.hash': 'b5bb9d8014a0f9b1',
    },
  }));
  return sampleTraces(
    { 'service.name': 'campus', 'service.instance.id': 'bench-1', 'telemetry.sdk.name': 'opentelemetry' },
    spans,
  );
}

const body = template();
const positions = (text: Buffer): number[] => {
  const found: number[] = [];
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + 1)) found.push(at);
  return found;
};
const places = {
  trace: positions(Buffer.from('c0ffee00c0ffee00', 'hex')),
  span: positions(Buffer.from('c0ffee01c0ffee01', 'hex')),
  parent: positions(Buffer.from('c0ffee02c0ffee02', 'hex')),
  correlation: positions(Buffer.from('c0ffee03c0ffee03-')),
};
/** Bytes of one body. */
export const bodyBytes = body.length;
const next = (): number => Math.floor(random() * 2 ** 32) | 0;

/** One connection's body behind `head`, every id in it random to the last byte. */
export function randomMessage(head: Buffer): Buffer {
  const message = Buffer.concat([head, body]);
  const wordsOf = (count: number): number[] => Array.from({ length: count }, next);
  for (let index = 0; index < spansPerBody; index += spansPerTrace) {
    const trace = wordsOf(4);
    const correlation = wordsOf(2).map(hexOf).join('');
    for (let span = index; span < index + spansPerTrace; span += 1) {
      writeWords(message, head.length + placeOf(places.trace, span), trace);
      writeWords(message, head.length + placeOf(places.span, span), wordsOf(2));
      writeWords(message, head.length + placeOf(places.parent, span), wordsOf(2));
      message.write(correlation, head.length + placeOf(places.correlation, span), 'latin1');
    }
  }
  return message;
}

let counter = 0;

/** A new first word for every id of a message of {@link randomMessage}, so that no id is sent twice. */
export function renewIds(message: Buffer): void {
  const begin = message.length - body.length;
  let trace = 0;
  let text = '';
  let parent = 0;
  for (let index = 0; index < spansPerBody; index += 1) {
    counter = (counter + 0x6d2b79f5) | 0;
    if (index % spansPerTrace === 0) {
      trace = Math.imul(counter ^ (counter >>> 15), 0x2c1b3c6d);
      text = hexOf(trace);
    }
    message.writeInt32LE(trace, begin + placeOf(places.trace, index));
    message.writeInt32LE(counter, begin + placeOf(places.span, index));
    message.writeInt32LE(parent, begin + placeOf(places.parent, index));
    message.write(text, begin + placeOf(places.correlation, index), 8, 'latin1');
    parent = counter;
  }
}

function placeOf(positions: readonly number[], index: number): number {
  return positions[index] ?? 0;
}

function writeWords(message: Buffer, at: number, words: readonly number[]): void {
  for (let index = 0; index < words.length; index += 1) message.writeInt32LE(words[index] ?? 0, at + index * 4);
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

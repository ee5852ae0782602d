/** Bodies of log records as applications send them: about 300 bytes a record in protobuf, 512 a body, four records a trace. */
import { transcodeLogs } from '../collector/intake/wire/index.ts';
import { seededRandom } from '../src/kernel/ids.ts';

export const recordsPerBody = 512;
const recordsPerTrace = 4;
const domains = ['feed', 'chat', 'search', 'notifications', 'profile', 'media'];
const words = [
  'loaded',
  'created',
  'sent',
  'queried',
  'listed',
  'retried',
  'delivered',
  'indexed',
  'skipped',
  'stored',
];

/** The beginning of the span id of each body's first record, there and nowhere else: changed, the body is no repeat of itself. */
export const changeable = 'c0ffee01';

/** A source of bodies, the same for the same seed; no record is like another. Times lie in the second before `nowMs`. */
export function logBodies(
  seed: number,
  nowMs: number,
): { readonly json: () => Buffer; readonly protobuf: () => Buffer } {
  const random = seededRandom(seed);
  const json = (): Buffer => Buffer.from(JSON.stringify(requestOf(random, nowMs)));
  return { json, protobuf: () => Buffer.from(transcodeLogs(json())) };
}

function requestOf(random: () => number, nowMs: number): object {
  const resource = {
    'service.name': 'campus',
    'service.instance.id': 'bench-1',
    'telemetry.sdk.name': 'opentelemetry',
  };
  const scope = { name: 'pino', version: '10.1.0' };
  return {
    resourceLogs: [
      {
        resource: { attributes: Object.entries(resource).map(([key, value]) => text(key, value)) },
        scopeLogs: [{ scope, logRecords: recordsOf(random, nowMs) }],
      },
    ],
  };
}

function recordsOf(random: () => number, nowMs: number): readonly object[] {
  let traceId = '';
  return Array.from({ length: recordsPerBody }, (_, index) => {
    if (index % recordsPerTrace === 0) traceId = hex(random, 32);
    const timeUnixNano = `${nowMs - 1_000 + Math.floor(random() * 900)}${digits(random, 6)}`;
    const isError = random() < 0.02;
    return {
      timeUnixNano,
      observedTimeUnixNano: timeUnixNano,
      severityNumber: isError ? 17 : 9,
      severityText: isError ? 'ERROR' : 'INFO',
      body: { stringValue: sentence(random) },
      attributes: attributesOf(random, traceId, index),
      traceId,
      spanId: index === 0 ? `${changeable}${hex(random, 8)}` : hex(random, 16),
      flags: 1,
    };
  });
}

function sentence(random: () => number): string {
  const [first, second] = [words[Math.floor(random() * 10)], words[Math.floor(random() * 10)]];
  const user = Math.floor(random() * 100_000);
  return `request of user ${user} ${first} 24 posts and ${second} the rest in ${(random() * 400).toFixed(2)} ms`;
}

function attributesOf(random: () => number, traceId: string, index: number): readonly object[] {
  return [
    text('seam.domain', domains[index % domains.length] ?? ''),
    text('seam.correlation_id', `req-${traceId.slice(0, 16)}`),
    text('http.route', '/api/things/:id'),
    { key: 'http.response.status_code', value: { intValue: '200' } },
    { key: 'duration_ms', value: { doubleValue: Math.floor(random() * 400_000) / 1_000 } },
  ];
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function hex(random: () => number, length: number): string {
  let made = '';
  while (made.length < length)
    made += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return made.slice(0, length);
}

function digits(random: () => number, length: number): string {
  return String(Math.floor(random() * 10 ** length)).padStart(length, '0');
}

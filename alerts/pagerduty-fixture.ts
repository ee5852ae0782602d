/** A receiver on loopback that takes and refuses events as PagerDuty Events API v2 documents it; for tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const codePoints = (limit: number) => z.string().refine((text) => [...text].length <= limit, `longer than ${limit}`);
const key = z.string().length(32);
const links = z.array(z.strictObject({ href: z.url(), text: z.string().optional() }));
const payload = z.strictObject({
  summary: codePoints(1024).min(1),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.iso.datetime().optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});
const trigger = z.strictObject({
  routing_key: key,
  event_action: z.literal('trigger'),
  dedup_key: z.string().min(1).max(255).optional(),
  client: z.string().optional(),
  client_url: z.url().optional(),
  links: links.optional(),
  payload,
});
const ending = z.strictObject({
  routing_key: key,
  event_action: z.enum(['acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
});
const event = z.discriminatedUnion('event_action', [trigger, ending]);
const change = z.strictObject({
  routing_key: key.refine((text) => !text.startsWith('R'), 'is a ruleset key'),
  links: links.optional(),
  payload: z.strictObject({
    summary: codePoints(1024).min(1),
    source: z.string().optional(),
    timestamp: z.iso.datetime().optional(),
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
});
const maximumBytes = 512_000;

export type ReceivedEvent = z.infer<typeof event>;
export type ReceivedChange = z.infer<typeof change>;

/**
 * How the receiver behaves: `none` as documented; a status answers that and takes nothing; `drop` cuts the connection before it takes
 * anything, `take-and-drop` after; `hang` takes nothing and never answers.
 */
export type FailureMode = 'none' | 'drop' | 'take-and-drop' | 'hang' | number;

export interface PagerDutyReceiver {
  /** Address for alert events; changes go to its sibling `/v2/change/enqueue`. */
  readonly url: string;
  /** Taken alert events and changes, oldest first. */
  readonly events: readonly ReceivedEvent[];
  readonly changes: readonly ReceivedChange[];
  /** Why bodies were refused with 400; empty when every one kept to the documented limits. */
  readonly refusals: readonly string[];
  /** How many requests came in, taken or not. */
  readonly requests: () => number;
  readonly fail: (mode: FailureMode) => void;
  readonly close: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startPagerDutyReceiver(): Promise<PagerDutyReceiver> {
  const state: State = { mode: 'none', requests: 0, events: [], changes: [], refusals: [] };
  const server = createServer((request, response) => void answer(request, response, state));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v2/enqueue`,
    events: state.events,
    changes: state.changes,
    refusals: state.refusals,
    requests: () => state.requests,
    fail: (mode) => {
      state.mode = mode;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface State {
  mode: FailureMode;
  requests: number;
  readonly events: ReceivedEvent[];
  readonly changes: ReceivedChange[];
  readonly refusals: string[];
}

async function answer(request: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  state.requests++;
  const { mode } = state;
  const body = await bodyOf(request);
  if (mode === 'hang') return;
  if (mode === 'drop') {
    request.socket.destroy();
    return;
  }
  if (typeof mode === 'number') {
    reply(response, mode, { status: 'failing', message: 'told to fail' });
    return;
  }
  const problems = take(request, body, state);
  if (mode === 'take-and-drop') {
    request.socket.destroy();
  } else if (problems.length > 0) {
    state.refusals.push(...problems);
    reply(response, 400, { status: 'invalid event', message: 'Event object is invalid', errors: problems });
  } else {
    reply(response, 202, { status: 'success', message: 'Event processed' });
  }
}

/** Keeps a valid body; answers what is wrong with another. */
function take(request: IncomingMessage, body: string, state: State): readonly string[] {
  if (request.method !== 'POST') return [`method ${request.method}`];
  if (request.headers['content-type'] !== 'application/json') return ['content-type is not application/json'];
  if (Buffer.byteLength(body) > maximumBytes) return ['larger than 512 KB'];
  const isChange = request.url === '/v2/change/enqueue';
  if (!isChange && request.url !== '/v2/enqueue') return [`no such path ${request.url}`];
  const parsed = isChange ? change.safeParse(parsedJson(body)) : event.safeParse(parsedJson(body));
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if ('event_action' in parsed.data) state.events.push(parsed.data);
  else state.changes.push(parsed.data);
  return [];
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

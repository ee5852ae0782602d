/** The HTTP client of the simulated users; it counts every request it makes. */
import { Agent, request } from 'node:http';

/** Requests so far: `sent` = ok (below 400) + rejected (4xx) + failed (5xx or no answer) + those still on their way. */
export interface TrafficCounts {
  readonly sent: number;
  readonly ok: number;
  readonly rejected: number;
  readonly failed: number;
  /** Sent over WebSockets, not part of the above. */
  readonly socketMessages: number;
}

/** `body` is the parsed JSON, null when there was none; `status` 0 = no answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What to send; an object goes as JSON, a buffer as it is. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly userId: number;
  readonly body?: object | Buffer;
}

/** Keeps connections open; `call` never rejects. */
export interface Client {
  readonly call: (call: Call) => Promise<Answer>;
  readonly countSocketMessage: () => void;
  readonly counts: () => TrafficCounts;
  /** Resolves when nothing is on its way. */
  readonly idle: () => Promise<void>;
  readonly close: () => void;
}

/** Ms after which an answer is given up. */
const timeoutMs = 10_000;

/** A client for the app at `url` with all counts at zero. */
export function createClient(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const onTheirWay = new Set<Promise<Answer>>();
  const counts = { sent: 0, ok: 0, rejected: 0, failed: 0, socketMessages: 0 };
  const note = ({ status }: Answer): void => {
    if (status === 0 || status >= 500) counts.failed += 1;
    else if (status >= 400) counts.rejected += 1;
    else counts.ok += 1;
  };
  return {
    call: async (call) => {
      counts.sent += 1;
      const answering = exchange(url, agent, call);
      onTheirWay.add(answering);
      const answer = await answering;
      onTheirWay.delete(answering);
      note(answer);
      return answer;
    },
    countSocketMessage: () => {
      counts.socketMessages += 1;
    },
    counts: () => ({ ...counts }),
    idle: async () => {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
    close: () => agent.destroy(),
  };
}

function exchange(url: string, agent: Agent, { method, path, userId, body }: Call): Promise<Answer> {
  const payload = body === undefined ? null : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const headers = {
    'x-user-id': String(userId),
    ...(payload === null
      ? {}
      : {
          'content-type': Buffer.isBuffer(body) ? 'image/png' : 'application/json',
          'content-length': String(payload.length),
        }),
  };
  return new Promise((resolve) => {
    const failed = (): void => resolve({ status: 0, body: null });
    const sent = request(new URL(path, url), { method, agent, headers, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) }));
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', failed);
    sent.end(payload ?? undefined);
  });
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

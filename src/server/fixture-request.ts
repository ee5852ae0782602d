/** Test data: one bare HTTP request with full control of its headers, and a live stream that a test can read. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** What a test looks at. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request on a connection of its own; `headers` may hold a foreign Host, `path` is sent as written. */
export function sendBare(
  url: string,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<BareAnswer> {
  return new Promise((resolve, reject) => {
    const path = options.path === undefined ? {} : { path: options.path };
    const sent = request(url, {
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      agent: false,
      ...path,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
      response.on('error', reject);
    });
    sent.end(options.body);
  });
}

/** An open stream: `until` resolves with the unread text once that contains the wanted piece, and consumes it; `ended` when the server ends it. */
export interface OpenStream {
  readonly response: IncomingMessage;
  readonly until: (piece: string) => Promise<string>;
  readonly ended: Promise<void>;
  readonly close: () => void;
}

export function openStream(url: string, headers: Record<string, string> = {}): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      const waiting = new Set<() => void>();
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        for (const check of waiting) check();
      });
      const ended = new Promise<void>((done) => response.once('close', () => done()));
      response.on('error', () => {});
      const until = (piece: string): Promise<string> =>
        new Promise((done) => {
          const check = (): void => {
            if (!text.includes(piece)) return;
            waiting.delete(check);
            done(text);
            text = '';
          };
          waiting.add(check);
          check();
        });
      resolve({ response, until, ended, close: () => sent.destroy() });
    });
    sent.end();
  });
}

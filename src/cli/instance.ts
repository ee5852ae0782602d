/** Asks a running instance over its API; every refusal becomes one clear error. */
import { AppError, type ErrorCode, messageOf } from '../kernel/errors.ts';

/** Where it is and what opens it; `url` without a trailing slash. */
export interface Instance {
  readonly url: string;
  readonly token: string | null;
}

const deadlineMs = 30_000;

/**
 * The `data` of an answer below /api/v1; with a `body` it is a POST. The token goes to this address alone.
 * @throws UNAVAILABLE when nobody answers or the answer is none; INVALID_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND as answered
 */
export async function askInstance<T>({ url, token }: Instance, path: string, body?: object): Promise<T> {
  const address = `${url}/api/v1/${path}`;
  const answer = await fetch(address, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    redirect: 'error',
    signal: AbortSignal.timeout(deadlineMs),
  }).catch((error: unknown) => {
    const message = `the instance at ${url} does not answer: ${messageOf(error)}; see whether it still runs`;
    throw new AppError('UNAVAILABLE', message, { cause: error });
  });
  const { data, error } = parsed(await answer.text());
  if (answer.ok && data !== undefined) return data as T;
  const reason = error?.message ?? 'nothing that can be read';
  throw new AppError(codeOf(answer.status), `${address} answered ${answer.status}: ${reason}`);
}

function parsed(text: string): { readonly data?: unknown; readonly error?: { readonly message?: string } } {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

function codeOf(status: number): ErrorCode {
  const codes: Readonly<Record<number, ErrorCode>> = {
    400: 'INVALID_REQUEST',
    401: 'UNAUTHENTICATED',
    403: 'FORBIDDEN',
    404: 'NOT_FOUND',
  };
  return codes[status] ?? 'UNAVAILABLE';
}

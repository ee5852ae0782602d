/** What became of a call: ok, error, or rejected by the domain's own rules. */
import type { Outcome } from '../kernel/conventions.ts';

/** A throw with `status` or `statusCode` 400..499 is rejected, which is not bad; any other throw is an error. */
export function outcomeOfThrown(thrown: unknown): Outcome {
  if (typeof thrown !== 'object' || thrown === null) return 'error';
  const status = numberIn(thrown, 'status') ?? numberIn(thrown, 'statusCode');
  return status !== null && status >= 400 && status <= 499 ? 'rejected' : 'error';
}

/** 5xx = error, 4xx = rejected, else ok. */
export function outcomeOfStatus(status: number): Outcome {
  if (status >= 500) return 'error';
  return status >= 400 ? 'rejected' : 'ok';
}

function numberIn(holder: object, key: 'status' | 'statusCode'): number | null {
  const value: unknown = key in holder ? Reflect.get(holder, key) : null;
  return typeof value === 'number' ? value : null;
}

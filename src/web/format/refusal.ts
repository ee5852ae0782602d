/** Why a write was refused, in words that say what would mend it. */
import type { Failure } from '../answers.ts';

/** 401 without any token, 403 with one for something else: both are mended by the admin token. */
export function needsToken(failure: Failure): boolean {
  return failure.status === 401 || (failure.status === 403 && failure.code === 'FORBIDDEN');
}

/** "Acknowledging needs the admin token (tokens.admin in seamwatch.yaml). Nothing was changed." */
export function refusalWords(failure: Failure, what: string): string {
  if (needsToken(failure)) {
    const now = failure.status === 401 ? 'you are not signed in' : 'you are signed in with another token';
    return `${what} needs the admin token (tokens.admin in seamwatch.yaml); ${now}. Nothing was changed (${failure.message.replace(/\.$/, '')}).`;
  }
  const message = failure.message.replace(/\.$/, '');
  return `${what} failed, nothing was changed: ${message}.`;
}

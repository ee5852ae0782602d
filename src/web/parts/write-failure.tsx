/** Why a write was refused, and, when it was for want of a token, which one is needed and where to give it. */
import type { Failure } from '../answers.ts';
import { needsToken, refusalWords } from '../format/refusal.ts';
import { LoginForm } from './login-form.tsx';

/** `what` is the action as a gerund: "Acknowledging". */
export function WriteFailure({
  failure,
  what,
  onSignedIn,
}: {
  readonly failure: Failure;
  readonly what: string;
  readonly onSignedIn: () => void;
}) {
  return (
    <div class="write-failure">
      <p class="tone-breached" role="alert">
        {refusalWords(failure, what)}
      </p>
      {needsToken(failure) && <LoginForm wanted="admin" onDone={onSignedIn} />}
    </div>
  );
}

/** Shown above a page whose answers are refused for want of a token; what was known before stays below it. */
import { useRefusal } from '../answers.ts';
import { LoginForm } from '../parts/login-form.tsx';

/** Nothing while reading is allowed. */
export function LoginGate() {
  const refusal = useRefusal();
  if (refusal === null) return null;
  return (
    <section class="login-gate" aria-labelledby="login-title">
      <h1 id="login-title" class="sentence">
        This instance asks for a token before it shows anything.
      </h1>
      <p class="quiet">
        The read token opens the console (tokens.read in seamwatch.yaml); the admin token also acknowledges and
        silences. A session lasts 12 hours.
      </p>
      <LoginForm wanted="read" />
    </section>
  );
}

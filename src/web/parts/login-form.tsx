/** Signs in with a token: the session is a cookie that scripts can not read; the token is not kept here. */
import { useId, useRef, useState } from 'preact/hooks';
import type { Failure } from '../answers.ts';
import { say } from '../said.ts';
import { send } from '../send.ts';

interface Session {
  readonly role: 'read' | 'admin';
  readonly expiresAt: string;
}

/** `wanted` is the token that is needed; afterwards every shown answer is read again. */
export function LoginForm({
  wanted,
  onDone,
}: {
  readonly wanted: 'read' | 'admin';
  readonly onDone?: (role: Session['role']) => void;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    const sent = await send<Session>('/session', { token: field.current?.value.trim() ?? '' });
    setBusy(false);
    setFailure('failure' in sent ? sent.failure : null);
    if ('failure' in sent) return field.current?.select();
    say(`Signed in with the ${sent.data.role} token until ${sent.data.expiresAt.slice(11, 16)} UTC.`);
    onDone?.(sent.data.role);
  };
  return (
    <form
      class="login"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label for={id}>{wanted === 'read' ? 'Read or admin token' : 'Admin token'}</label>
      <span class="field-line">
        <input
          id={id}
          ref={field}
          name="token"
          type="password"
          autocomplete="current-password"
          required
          aria-invalid={failure !== null}
          aria-describedby={failure === null ? undefined : `${id}-failure`}
        />
        <button type="submit" disabled={busy}>
          Sign in
        </button>
      </span>
      {failure !== null && (
        <p id={`${id}-failure`} class="tone-breached" role="alert">
          {failure.message}.
        </p>
      )}
    </form>
  );
}

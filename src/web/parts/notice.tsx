/** The states of a page without numbers: loading, empty, refused, failed. Old data stay where there are any. */
import type { ComponentChildren } from 'preact';
import type { Answer, Failure } from '../answers.ts';
import { capitalise } from '../format/words.ts';
import { LoginForm } from './login-form.tsx';

/** Shows the children as soon as there are data; before that, and without any, says what is the matter. */
export function Loaded<Data>(props: {
  readonly answer: Answer<Data>;
  readonly what: string;
  readonly children: (data: Data) => ComponentChildren;
}) {
  const { data, failure } = props.answer;
  if (data !== null) return <>{props.children(data)}</>;
  if (failure !== null) return <Failed failure={failure} what={props.what} />;
  return <p class="notice">Reading {props.what}…</p>;
}

/** An empty page: what is missing, and the command that fills it. */
export function Empty({
  title,
  command,
  children,
}: {
  readonly title: string;
  readonly command?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="notice">
      <p class="sentence">{title}</p>
      {children}
      {command !== undefined && (
        <pre>
          <code>{command}</code>
        </pre>
      )}
    </div>
  );
}

function Failed({ failure, what }: { readonly failure: Failure; readonly what: string }) {
  if (failure.status === 401) return <p class="notice">{capitalise(what)}: shown here after signing in.</p>;
  if (failure.status === 403) {
    return (
      <Empty title={`You may not read ${what}.`}>
        <p>
          {failure.message}. Sign in with the read or the admin token of this instance (tokens.read, tokens.admin in
          seamwatch.yaml).
        </p>
        <LoginForm wanted="read" />
      </Empty>
    );
  }
  if (failure.status === 404) {
    return (
      <Empty title={`There is no such ${what.replace(/^the /, '')}.`}>
        <p>{failure.message}</p>
      </Empty>
    );
  }
  return (
    <Empty title={`${capitalise(what)} could not be read.`} command="seamwatch status">
      <p>
        {failure.message} <span class="quiet">({failure.code})</span>. It is tried again by itself.
      </p>
    </Empty>
  );
}

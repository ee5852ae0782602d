/** Carries out what the keys ask for. Rows are the elements with `data-row`. */
import { keyStep } from './keyboard.ts';
import { navigate } from './location.ts';

/** Listens until the returned function is called; `toggleHelp(null)` closes the list. */
export function listenToKeys(toggleHelp: (open: boolean | null) => void): () => void {
  let pending = false;
  const onKey = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || isAsked()) return;
    if (isTyping(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    const step = keyStep(pending, event.key);
    pending = step.pending;
    if (!step.action) return;
    if (step.action.kind !== 'close') event.preventDefault();
    if (step.action.kind === 'go') navigate(step.action.path);
    else if (step.action.kind === 'move') moveRow(step.action.by);
    else if (step.action.kind === 'search') focusSearch();
    else toggleHelp(step.action.kind === 'help' ? true : null);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** A modal dialog takes all keys for itself. */
function isAsked(): boolean {
  return document.querySelector('dialog:modal') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}

function focusSearch(): void {
  const field = document.getElementById('search');
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.findIndex((row) => row.matches(':focus'));
  const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

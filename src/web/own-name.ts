/** Who acknowledges and silences: the name is asked once and kept in this browser. */

const key = 'seamwatch-name';

/** The name given last; empty without one. */
export function storedName(): string {
  try {
    return window.localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** Keeps a name for the next time. */
export function keepName(name: string): void {
  try {
    window.localStorage.setItem(key, name);
  } catch {
    // a browser without storage asks again
  }
}

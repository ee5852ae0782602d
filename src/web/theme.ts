/** Dark and light: the system's choice, or the reader's, kept in this browser. */

const key = 'seamwatch-theme';
export type Theme = 'system' | 'light' | 'dark';

/** The stored choice; `system` without one. */
export function storedTheme(): Theme {
  try {
    const stored = window.localStorage.getItem(key);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Shows and keeps a choice. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    window.localStorage.setItem(key, theme);
  } catch {
    // a browser without storage keeps the choice for this page only
  }
  document.dispatchEvent(new Event('themechange'));
}

/** system → the other one than shown → back: light, dark, system in turn. */
export function nextTheme(theme: Theme): Theme {
  return theme === 'system' ? 'dark' : theme === 'dark' ? 'light' : 'system';
}

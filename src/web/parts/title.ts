/** The page's name in the browser's tab. */
import { useEffect } from 'preact/hooks';

/** "Overview" → "Overview · Seamwatch". */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Seamwatch`;
  }, [title]);
}

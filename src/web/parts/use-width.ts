/** How wide a place is now. */
import { useEffect, useState } from 'preact/hooks';

/** The width of an element in px, followed; `first` before the first measure, `least` at least. */
export function useWidth(
  place: { readonly current: HTMLElement | null },
  { first = 640, least = 240 }: { readonly first?: number; readonly least?: number } = {},
): number {
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(least, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}

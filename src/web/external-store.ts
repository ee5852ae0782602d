/** Reads a value that lives outside the components and re-renders when it changes. */
import { useEffect, useState } from 'preact/hooks';

/** `read` must give an equal value (by Object.is) as long as nothing changed. */
export function useSyncExternalStore<Value>(subscribe: (listener: () => void) => () => void, read: () => Value): Value {
  const [value, setValue] = useState(read);
  const current = read();
  useEffect(() => {
    const check = () => setValue(() => read());
    check();
    return subscribe(check);
  }, [subscribe, read]);
  return Object.is(value, current) ? value : current;
}

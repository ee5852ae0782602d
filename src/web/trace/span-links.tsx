/** What a span is related to besides its parent: each link opens the other span, with what the link itself says. */
import type { Span } from '../../contract/index.ts';
import { plural } from '../format/words.ts';
import { navigate } from '../location.ts';
import { pathTo } from '../router.ts';
import { AttributeList } from './attribute-list.tsx';

interface LinksProps {
  readonly span: Span;
  /** True for a span of the picture: it is selected there instead of opening its trace. */
  readonly isShown: (key: string) => boolean;
  readonly onSelect: (key: string) => void;
}

/** Nothing for a span without links. */
export function SpanLinks({ span, isShown, onSelect }: LinksProps) {
  if (span.links.length === 0) return null;
  return (
    <section class="span-links">
      <h3>
        Linked to <span class="quiet">{plural(span.links.length, 'span')} that it names as related</span>
      </h3>
      {span.links.map((link, at) => {
        const key = `${link.traceId}:${link.spanId}`;
        const path = `${pathTo.trace(link.traceId)}?span=${encodeURIComponent(key)}`;
        const open = (event: MouseEvent) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          if (isShown(key)) onSelect(key);
          else navigate(path);
        };
        return (
          <div key={`${key} ${at}`}>
            <p>
              <a href={path} onClick={open}>
                {link.traceId === span.traceId ? 'a span of this trace' : 'another trace'}
              </a>{' '}
              <span class="code quiet">
                {link.traceId.slice(0, 8)}… span {link.spanId}
              </span>
            </p>
            <AttributeList values={link.attributes} />
          </div>
        );
      })}
    </section>
  );
}

/** Attributes as a list: the key, the value as it is read best, and the way to all traces that carry it. */
import { pathToAttribute, shownValue } from './attribute-value.ts';

/** Sorted by key; nothing without any. `isSearchable`: a search finds spans by them. */
export function AttributeList(props: {
  /** Above the list; none inside a section that has its own. */
  readonly title?: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly isSearchable?: boolean;
}) {
  const names = Object.keys(props.values).sort();
  if (names.length === 0) return null;
  return (
    <>
      {props.title !== undefined && <h3>{props.title}</h3>}
      <dl class="attributes">
        {names.map((name) => (
          <div key={name}>
            <dt>
              {name}
              {props.isSearchable === true && isSearched(name) && (
                <a
                  class="find"
                  href={pathToAttribute(name, props.values[name])}
                  title="Traces that carry the same"
                  aria-label={`Traces that carry the same ${name}`}
                >
                  find
                </a>
              )}
            </dt>
            <dd>
              <AttributeText value={props.values[name]} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Searches do not look at what OpenTelemetry counts beside the attributes. */
function isSearched(name: string): boolean {
  return !name.startsWith('otel.dropped_');
}

/** A value as it is read best; bytes and empty texts say what they are. */
export function AttributeText({ value }: { readonly value: unknown }) {
  const { text, isBlock, note } = shownValue(value);
  return (
    <>
      {isBlock ? <pre>{text}</pre> : text}
      {note !== null && <span class="quiet"> {note}</span>}
    </>
  );
}

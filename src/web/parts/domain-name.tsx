/** A domain: its name with its colour beside it; the colour alone never says anything. */
import type { DomainRow } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { pathTo } from '../router.ts';

const colours = 12;

/** The CSS colour of a domain: by its place in the catalogue, so that it is the same on every page. */
export function domainColour(domain: string | null, catalogue: readonly string[]): string {
  const at = domain === null ? -1 : catalogue.indexOf(domain);
  return at === -1 ? 'var(--domain-none)' : `var(--domain-${at % colours})`;
}

/** The ids of all domains in the order of the catalogue. */
export function useCatalogue(): readonly string[] {
  const domains = useAnswer<readonly DomainRow[]>('/domains', 60_000);
  return (domains.data ?? []).map((one) => one.id);
}

/** A small square of the domain's colour and its name, as a link unless `plain`; with `row` the keys j and k stop at it. */
export function DomainName({
  id,
  plain = false,
  row = false,
}: {
  readonly id: string | null;
  readonly plain?: boolean;
  readonly row?: boolean;
}) {
  const catalogue = useCatalogue();
  const swatch = <i class="swatch" style={{ background: domainColour(id, catalogue) }} />;
  if (id === null) return <span class="domain">{swatch}unmapped</span>;
  if (plain || !catalogue.includes(id)) {
    return (
      <span class="domain">
        {swatch}
        {id}
      </span>
    );
  }
  return (
    <a class="domain" data-row={row ? true : undefined} href={pathTo.domain(id)}>
      {swatch}
      {id}
    </a>
  );
}

/** What the form asks, each by the name of its parameter. */
export const filterNames = ['person', 'encounter', 'bed', 'act', 'outcome', 'from', 'to'] as const;
export type Filters = Readonly<Partial<Record<(typeof filterNames)[number], string>>>;

/** What was filled in; times of day are those of this computer, as its form gives them. */
export function filtersOf(form: FormData): Filters {
  const given = filterNames.flatMap((name): [string, string][] => {
    const text = form.get(name);
    if (typeof text !== 'string' || text.trim() === '') return [];
    if (name !== 'from' && name !== 'to') return [[name, text.trim()]];
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? [] : [[name, new Date(ms).toISOString()]];
  });
  return Object.fromEntries(given);
}

/** Where a page of the audit of this facility is answered. */
export function auditPath(facility: string, filters: Filters, after: string | null): string {
  const query = new URLSearchParams({ facility, ...filters, limit: '100' });
  if (after !== null) query.set('after', after);
  return `/api/v1/audit?${query.toString()}`;
}

import type { FacilityData } from '@wardstream/events';

export interface Found {
  readonly kind: 'unit' | 'bed';
  readonly id: string;
  readonly unit: string;
  readonly label: string;
  readonly note: string;
}

/** Units and beds whose code or name holds the words, best first: an exact code, then codes that begin so, then the rest. */
export function searchFacility(facility: FacilityData, text: string, limit = 8): Found[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const names = new Map(facility.units.map((u) => [u.id, u.name]));
  const rooms = new Map(facility.rooms.map((r) => [`${r.unit}/${r.id}`, r.name]));
  const ranked: { rank: number; found: Found }[] = [];
  for (const u of facility.units) {
    const rank = rankOf(wanted, u.id, u.name);
    if (rank !== null) ranked.push({ rank, found: { kind: 'unit', id: u.id, unit: u.id, label: u.id, note: u.name } });
  }
  for (const b of facility.beds) {
    const rank = rankOf(wanted, b.id, '');
    if (rank === null) continue;
    const note = [names.get(b.unit) ?? b.unit, rooms.get(`${b.unit}/${b.room}`) ?? '']
      .filter((n) => n !== '')
      .join(', ');
    ranked.push({ rank: rank + 0.5, found: { kind: 'bed', id: b.id, unit: b.unit, label: b.id, note } });
  }
  return ranked
    .sort((a, b) => a.rank - b.rank || a.found.id.localeCompare(b.found.id, 'en', { numeric: true }))
    .slice(0, limit)
    .map((r) => r.found);
}

function rankOf(wanted: string, code: string, name: string): number | null {
  const c = code.toLowerCase();
  const n = name.toLowerCase();
  const bare = (t: string): string => t.replace(/[\s-]/g, '');
  if (c === wanted || bare(c) === bare(wanted)) return 0;
  if (c.startsWith(wanted) || bare(c).startsWith(bare(wanted))) return 1;
  if (n.startsWith(wanted)) return 2;
  return n.includes(wanted) || c.includes(wanted) ? 3 : null;
}

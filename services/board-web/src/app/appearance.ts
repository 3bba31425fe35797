/** Theme and density stand in the address; without them the system decides and the density is normal. */
export const themes = ['light', 'dark'] as const;
export const densities = ['compact', 'comfortable'] as const;

/** What of the address is a known choice; anything else counts as none. */
export function appearanceOf(search: string): { theme: string | null; density: string | null } {
  const query = new URLSearchParams(search);
  const pick = (name: string, allowed: readonly string[]): string | null => {
    const value = query.get(name);
    return value !== null && allowed.includes(value) ? value : null;
  };
  return { theme: pick('theme', themes), density: pick('density', densities) };
}

/** `otherwise` is the theme of a page that does not leave it to the system. */
export function applyAppearance(root: HTMLElement, search: string, otherwise: 'dark' | null = null): void {
  const { theme: told, density } = appearanceOf(search);
  const theme = told ?? otherwise;
  if (theme === null) delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (density === null) delete root.dataset.density;
  else root.dataset.density = density;
}

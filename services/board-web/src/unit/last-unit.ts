const KEY = 'wardstream.unit';

/** The unit this tab looked at last, so that `g u` and "Units" lead back to it. */
export const lastUnit = (): string | null => sessionStorage.getItem(KEY);

export function rememberUnit(id: string): void {
  sessionStorage.setItem(KEY, id);
}

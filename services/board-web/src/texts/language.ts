/** Languages there is a whole catalogue of, and how their dates are written. */
export const languages = { en: 'en-GB', de: 'de-DE' } as const;
export type Language = keyof typeof languages;

/** Hours of the clock: 14:42 or 2:42 pm. */
export type Hours = '24' | '12';

export const LANGUAGE_KEY = 'wardstream.language';
export const HOURS_KEY = 'wardstream.hours';

/** What is asked for, in this order: the address (a wall has no menu), the person's choice, the browser's languages; else English. */
export function chosenLanguage(asked: string | null, kept: string | null, browser: readonly string[]): Language {
  const known = (code: string | null | undefined): Language | undefined =>
    (Object.keys(languages) as Language[]).find((language) => language === code?.slice(0, 2).toLowerCase());
  return known(asked) ?? known(kept) ?? browser.map(known).find((language) => language !== undefined) ?? 'en';
}

export function chosenHours(asked: string | null, kept: string | null): Hours {
  const known = [asked, kept].find((hours) => hours === '24' || hours === '12');
  return known === '12' ? '12' : '24';
}

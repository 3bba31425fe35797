import { createTranslator } from 'use-intl/core';
import type { en } from './en.js';
import { first } from './first-en.js';
import {
  chosenHours,
  chosenLanguage,
  HOURS_KEY,
  type Hours,
  type Language,
  LANGUAGE_KEY,
  languages,
} from './language.js';

/** The same keys in every language, each with the same values to fill in. */
export type Texts<T = typeof en> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

declare module 'use-intl/core' {
  interface AppConfig {
    Messages: typeof en;
  }
}

// Rules of the board are checked outside of a browser, too; there it speaks English.
const inBrowser = typeof document !== 'undefined';
const asked = new URLSearchParams(inBrowser ? location.search : '');
const kept = (key: string): string | null => (inBrowser ? localStorage.getItem(key) : null);

/** The language of this page from its first line to its last: changing it reads the page anew. */
export const language: Language = inBrowser
  ? chosenLanguage(asked.get('lang'), kept(LANGUAGE_KEY), navigator.languages)
  : 'en';
export const hours: Hours = chosenHours(asked.get('hours'), kept(HOURS_KEY));
/** How dates and numbers are written. */
export const locale = languages[language];

const messages: Record<string, unknown> = { ...(language === 'de' ? (await import('./first-de.js')).first : first) };

/** Texts of one page, which come with its code (texts/parts). */
export function addTexts(part: Partial<Texts>): void {
  Object.assign(messages, part);
}

/** The text of that key, with its values filled in. Everything a person reads comes from here or from the server. */
export const t = createTranslator({ locale, messages: messages as unknown as typeof en });

if (inBrowser) document.documentElement.lang = language;

/** Keeps the choice in this browser and reads the page anew in it. */
export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(LANGUAGE_KEY, chosen);
  location.reload();
}

export function chooseHours(chosen: Hours): void {
  localStorage.setItem(HOURS_KEY, chosen);
  location.reload();
}

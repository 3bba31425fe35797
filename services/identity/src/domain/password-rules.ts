export const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 256;
/** What many would try first in a hospital that runs this. Compared without case, digits and signs at the ends. */
const guessed = [
  ...['password', 'passw0rd', 'wardstream', 'hospital', 'welcome', 'letmein', 'changeme', 'administrator', 'qwerty'],
  ...['spring', 'summer', 'autumn', 'winter', 'january', 'monday', 'nightshift', 'dayshift', 'emergency', 'iloveyou'],
];

/**
 * Why a password cannot be taken; null where it can. Long rather than mixed: no rules of which characters, no end after some weeks
 * (NIST SP 800-63B). `known`: words that whoever guesses knows, such as the login name.
 */
export function passwordFault(password: string, known: readonly string[]): string | null {
  const characters = [...password].length;
  if (characters < LEAST_CHARACTERS) return `Use at least ${LEAST_CHARACTERS} characters; a few words are best.`;
  if (characters > MOST_CHARACTERS) return `Use at most ${MOST_CHARACTERS} characters.`;
  const folded = password.toLowerCase();
  if (new Set(folded).size < 5) return 'Use more different characters.';
  if (isRun(folded)) return 'Use something other than characters in their order.';
  const core = folded.replace(/^[\W\d_]+|[\W\d_]+$/g, '');
  const words = [...guessed, ...known.map((word) => word.toLowerCase()).filter((word) => word.length >= 4)];
  const isGuessed = words.some((word) => core === word || core.replaceAll(word, '').replace(/[\W\d_]/g, '').length < 4);
  return isGuessed ? 'Others would guess this one: it is made of your name or of a common word.' : null;
}

/** Whether it is characters in the order of the alphabet or of numbers, up or down, throughout. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0)!);
  const steps = codes.slice(1).map((code, i) => code - codes[i]!);
  return steps.filter((step) => Math.abs(step) === 1).length >= steps.length - 2;
}

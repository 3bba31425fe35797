import { decodeBytes } from './character-set.js';
import type { Delimiters } from './delimiters.js';

/**
 * Resolves HL7 escape sequences (chapter 2, "Use of escape sequences in text fields"): \F\ \S\ \T\ \R\ \E\ \P\, \Xdd..\ as
 * bytes of the message's character set, \.br\ and \.sp\ as line breaks; highlighting (\H\ \N\) falls away, and so does a NUL
 * among these bytes, as it does anywhere in a message. Any other sequence and a lone escape character stay as they were sent.
 */
export function unescapeText(text: string, delimiters: Delimiters, encoding = 'utf8'): string {
  const e = delimiters.escape;
  if (!text.includes(e)) return text;
  let out = '';
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf(e, at);
    const end = start === -1 ? -1 : text.indexOf(e, start + e.length);
    if (start === -1 || end === -1) return out + text.slice(at);
    const value = resolve(text.slice(start + e.length, end), delimiters, encoding);
    if (value === null) {
      // Not a sequence: the closing character may open the next one.
      out += text.slice(at, end);
      at = end;
    } else {
      out += text.slice(at, start) + value;
      at = end + e.length;
    }
  }
  return out;
}

/** `text` as the content of a field; the inverse of `unescapeText`. Separators and control characters become sequences. */
export function escapeText(text: string, delimiters: Delimiters): string {
  const e = delimiters.escape;
  let out = '';
  for (const c of text) {
    if (c === e) out += `${e}E${e}`;
    else if (c === delimiters.field) out += `${e}F${e}`;
    else if (c === delimiters.component) out += `${e}S${e}`;
    else if (c === delimiters.subcomponent) out += `${e}T${e}`;
    else if (c === delimiters.repetition) out += `${e}R${e}`;
    else if (c === '\n') out += `${e}.br${e}`;
    else if (c < ' ') out += `${e}X${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}${e}`;
    else out += c;
  }
  return out;
}

function resolve(sequence: string, delimiters: Delimiters, encoding: string): string | null {
  switch (sequence) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent;
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return '#';
    case 'H':
    case 'N':
      return '';
    case '.br':
      return '\n';
    default:
      break;
  }
  if (/^\.sp(\d{0,2})$/.test(sequence)) return '\n'.repeat(Number(sequence.slice(3)) || 1);
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(sequence)) return decodeBytes(Buffer.from(sequence.slice(1), 'hex'), encoding);
  return null;
}

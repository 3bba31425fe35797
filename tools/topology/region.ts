const BEGIN = 'written by npm run topology: begin';
const END = 'written by npm run topology: end';

/** `text` with the lines between its two marks replaced. Throws where it does not have exactly one such place. */
export function replaceRegion(text: string, lines: string): string {
  const all = text.split('\n');
  const begins = all.flatMap((line, i) => (line.includes(BEGIN) ? [i] : []));
  const ends = all.flatMap((line, i) => (line.includes(END) ? [i] : []));
  if (begins.length !== 1 || ends.length !== 1 || ends[0]! < begins[0]!) {
    throw new Error(`there must be one line with "${BEGIN}" and after it one with "${END}"`);
  }
  return [...all.slice(0, begins[0]! + 1), lines.replace(/\n$/, ''), ...all.slice(ends[0]!)].join('\n');
}

/** `text` with the one line that the pattern finds replaced. */
export function replaceLine(text: string, pattern: RegExp, line: string): string {
  const lines = text.split('\n');
  const found = lines.flatMap((each, i) => (pattern.test(each) ? [i] : []));
  if (found.length !== 1) throw new Error(`${pattern} is in ${found.length} lines, not in one`);
  lines[found[0]!] = line;
  return lines.join('\n');
}

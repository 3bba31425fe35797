import { glyphs, type GlyphName } from './glyphs.js';

/** Every glyph once per page; icons refer to it. The markup is our own constant, so setting it as HTML is safe. */
export function GlyphSheet() {
  return (
    <svg className="glyphs" aria-hidden="true">
      {Object.entries(glyphs).map(([name, markup]) => (
        <symbol key={name} id={`g-${name}`} viewBox="0 0 16 16" dangerouslySetInnerHTML={{ __html: markup }} />
      ))}
    </svg>
  );
}

/** A glyph; with a label it is an image of its own, without one it only repeats the word beside it. */
export function Icon({ name, label }: { name: GlyphName; label?: string }) {
  return label === undefined ? (
    <svg className="i" aria-hidden="true">
      <use href={`#g-${name}`} />
    </svg>
  ) : (
    <svg className="i" role="img" aria-label={label}>
      <title>{label}</title>
      <use href={`#g-${name}`} />
    </svg>
  );
}

/** Drawn on a 16-unit grid with a stroke of 1.5 in the text's colour; class `f` is filled, class `k` knocks through. */
export const glyphs = {
  // Bed states: one silhouette each, told apart without colour.
  'bed-available': '<circle cx="8" cy="8" r="5.25"/>',
  'bed-reserved': '<path d="M4.5 2.5h7v11L8 10.6l-3.5 2.9z"/>',
  'bed-occupied':
    '<g class="f"><circle cx="8" cy="5" r="2.9"/><path d="M2.7 13.5c.3-3.2 2.4-4.7 5.3-4.7s5 1.5 5.3 4.7z"/></g>',
  'bed-dirty': '<path class="f" d="M8 1.8c2.7 3.3 4.3 5.5 4.3 7.9a4.3 4.3 0 0 1-8.6 0C3.7 7.3 5.3 5.1 8 1.8z"/>',
  'bed-cleaning':
    '<path class="f" d="M6.5 3.2 7.9 7.6l4.3 1.4-4.3 1.4-1.4 4.4-1.4-4.4L.8 9l4.3-1.4zM12.2 1l.8 2.2 2.2.8-2.2.8-.8 2.2-.8-2.2-2.2-.8 2.2-.8z"/>',
  'bed-blocked': '<circle cx="8" cy="8" r="5.5"/><path d="M4.2 11.8l7.6-7.6" stroke-width="1.9"/>',
  'bed-closed': '<rect x="3.2" y="7" width="9.6" height="6.5" rx="1"/><path d="M5.3 7V5.2a2.7 2.7 0 0 1 5.4 0V7"/>',
  'bed-surge': '<path d="M3.5 8.2 8 3.7l4.5 4.5M3.5 13 8 8.5l4.5 4.5" stroke-width="1.9"/>',
  // Severity: octagon, triangle, diamond, circle.
  critical:
    '<path class="f" d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z"/><path class="k" d="M8 4.3v4.4M8 11.3v.4" stroke-width="1.8"/>',
  high: '<path class="f" d="M8 1.6 15 14H1z"/><path class="k" d="M8 6v3.6M8 11.7v.3" stroke-width="1.7"/>',
  warn: '<path d="M8 1.7 14.3 8 8 14.3 1.7 8z"/><path d="M8 5.2v3.2M8 10.7v.2"/>',
  info: '<circle cx="8" cy="8" r="6"/><path d="M8 7.4v3.4M8 5.1v.2"/>',
  conflict: '<path d="M1.5 5.5h7l-2.2-2.3M14.5 10.5h-7l2.2 2.3" stroke-width="1.7"/>',
  // Needs.
  airborne:
    '<path d="M8 1.6 13.5 4v4c0 3.2-2.3 5.3-5.5 6.5C4.8 13.3 2.5 11.2 2.5 8V4z"/><path d="M5.9 10.6 8 5l2.1 5.6M6.6 9h2.8" stroke-width="1.3"/>',
  droplet:
    '<path d="M8 1.6 13.5 4v4c0 3.2-2.3 5.3-5.5 6.5C4.8 13.3 2.5 11.2 2.5 8V4z"/><path d="M6.3 5.2v5.4h1.4a2.7 2.7 0 0 0 0-5.4z" stroke-width="1.3"/>',
  contact:
    '<path d="M8 1.6 13.5 4v4c0 3.2-2.3 5.3-5.5 6.5C4.8 13.3 2.5 11.2 2.5 8V4z"/><path d="M10 6.1a2.5 2.5 0 1 0 0 3.7" stroke-width="1.3"/>',
  protective:
    '<path d="M8 1.6 13.5 4v4c0 3.2-2.3 5.3-5.5 6.5C4.8 13.3 2.5 11.2 2.5 8V4z"/><path d="M6.4 10.6V5.2h1.9a1.6 1.6 0 0 1 0 3.2H6.4" stroke-width="1.3"/>',
  negative: '<rect x="2" y="2" width="12" height="12" rx="1.5"/><path d="M5 8h6" stroke-width="1.8"/>',
  telemetry: '<path d="M1 8.5h3l1.6-4.8 3 9 1.9-6 .9 1.8H15"/>',
  bariatric: '<path d="M3.3 5.5h9.4L14.3 14H1.7z"/><circle cx="8" cy="3.5" r="1.7"/>',
  falls: '<circle cx="11.8" cy="3.3" r="1.5"/><path d="M9.8 5.7 6.2 8.4l3 1.8-1 3.6M6.2 8.4 3.4 7.6M1.5 14h13"/>',
  oxygen:
    '<circle cx="6" cy="8" r="3.7"/><path d="M11.2 10.2c0-1.9 2.7-1.9 2.7-.2 0 1.2-2.7 1.7-2.7 3.3h2.9" stroke-width="1.3"/>',
  watch: '<path d="M1.2 8S3.7 3.7 8 3.7 14.8 8 14.8 8 12.3 12.3 8 12.3 1.2 8 1.2 8z"/><circle cx="8" cy="8" r="1.9"/>',
  f: '<circle cx="8" cy="5.7" r="3.9"/><path d="M8 9.6v5.2M5.6 12.4h4.8"/>',
  m: '<circle cx="6.5" cy="9.5" r="4"/><path d="M9.4 6.6 13.6 2.4M10 2.2h3.8V6"/>',
  any: '<circle cx="8" cy="8" r="3"/><path d="M1.5 8H5M11 8h3.5"/>',
  // Work and chrome.
  out: '<path d="M9.5 2.5h-6v11h6M6.5 8h8M11.5 5l3 3-3 3"/>',
  in: '<path d="M6.5 2.5h6v11h-6M1.5 8h8M6.5 5l3 3-3 3"/>',
  move: '<circle cx="5" cy="3" r="1.5"/><path d="M5 4.8v4.7h5l2 4M5 7h3.5"/><path d="M3 8.4a3.3 3.3 0 1 0 5.2 3.7"/>',
  pill: '<rect x="1.5" y="5" width="13" height="6" rx="3"/><path d="M8 5v6"/>',
  clock: '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.5V8l2.4 1.6"/>',
  search: '<circle cx="7" cy="7" r="4.6"/><path d="M10.5 10.5 14 14"/>',
  silent:
    '<path d="M2 2l12 12M5.3 11.2a4 4 0 0 1 5 0M2.6 8.2a8 8 0 0 1 2.7-1.7M13.4 8.2a8 8 0 0 0-4.6-2.1"/><circle class="f" cx="8" cy="13.5" r=".9"/>',
  hide: '<path d="M2 2l12 12M6.4 6.5a2.1 2.1 0 0 0 3 3M4.2 4.7C2.3 6 1.2 8 1.2 8S3.7 12.3 8 12.3c1.3 0 2.5-.4 3.4-.9M7 3.8l1-.1c4.3 0 6.8 4.3 6.8 4.3s-.6 1.1-1.7 2.2"/>',
  check: '<path d="M3 8.5 6.5 12 13 4.5" stroke-width="1.9"/>',
  cross: '<path d="M4 4l8 8M12 4l-8 8" stroke-width="1.7"/>',
  swap: '<path d="M2 5h10l-2.5-2.5M14 11H4l2.5 2.5"/>',
  down: '<path d="M4 6.5 8 10.5l4-4"/>',
  right: '<path d="M6.5 4l4 4-4 4"/>',
  left: '<path d="M9.5 4l-4 4 4 4"/>',
  bolt: '<path class="f" d="M9 1 3 9h4l-1 6 6-8H8z"/>',
  pause: '<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.2"/>',
  wrench:
    '<path d="M13.8 4.2a3.5 3.5 0 0 1-4.7 4.3L4.3 13.3a1.2 1.2 0 0 1-1.7-1.7l4.8-4.8A3.5 3.5 0 0 1 11.7 2L9.7 4.1l.4 1.7 1.7.4z"/>',
  person: '<circle cx="8" cy="5" r="2.7"/><path d="M3 13.5c.3-3 2.3-4.5 5-4.5s4.7 1.5 5 4.5"/>',
} as const;

export type GlyphName = keyof typeof glyphs;

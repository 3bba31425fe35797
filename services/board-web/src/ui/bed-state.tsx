import type { BedState, Need, PatientBrief } from '@wardstream/events';
import { Icon } from './icon.js';
import type { GlyphName } from './glyphs.js';
import { needLabel, sexLabel, stateLabel } from './labels.js';

/** Glyph and word of a bed's state, in its colour; `word` where there is more to say than the state. */
export function BedStateMark({ state, word = null }: { state: BedState; word?: string | null }) {
  return (
    <span className={`bed s-${state} ${word === null ? '' : 'is-remark'}`}>
      <Icon name={`bed-${state}`} />
      {word === null ? stateLabel[state] : <span>{word}</span>}
    </span>
  );
}

export function Needs({ list }: { list: readonly Need[] }) {
  if (list.length === 0) return null;
  return (
    <span className="needs">
      {list.map((need) => (
        <Icon key={need} name={need} label={needLabel[need]} />
      ))}
    </span>
  );
}

const sexGlyph: Readonly<Record<PatientBrief['sex'], GlyphName>> = {
  female: 'f',
  male: 'm',
  other: 'any',
  unknown: 'any',
};

export function SexGlyph({ sex }: { sex: PatientBrief['sex'] }) {
  return <Icon name={sexGlyph[sex]} label={sexLabel[sex]} />;
}

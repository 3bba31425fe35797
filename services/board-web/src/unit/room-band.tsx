import './room-band.css';
import { useLocalTime } from '../app/board-context.js';
import { Icon } from '../ui/icon.js';
import type { GlyphName } from '../ui/glyphs.js';
import type { BoardState } from '../stream/board-state.js';
import { bandWords, type Band } from './bands.js';
import { Tile } from './tile.js';
import { tileModel } from './tile-model.js';
import { t } from '../texts/texts.js';

const sexGlyph: Readonly<Record<Band['sex'], GlyphName>> = { female: 'f', male: 'm', any: 'any' };

/** A room with more beds takes the whole width. */
const BEDS_IN_A_ROW = 4;

/** One room, or single rooms side by side. Isolation tints the band, not the tiles. */
export function RoomBand({
  band,
  state,
  minute,
  selected,
  tabStop,
  onOpen,
  onFocus,
}: {
  band: Band;
  state: BoardState;
  minute: number;
  selected: string | null;
  tabStop: string | null;
  onOpen: (id: string, byKey: boolean) => void;
  onFocus: (id: string) => void;
}) {
  const local = useLocalTime();
  const words = bandWords(band, state);
  const labels = new Map(state.facility?.beds.map((b) => [b.id, b.bed]));
  return (
    <section
      className={`panel room ${words.cohort === null ? '' : 'isolated'} ${band.bedIds.length > BEDS_IN_A_ROW ? 'wide' : ''}`}
      aria-label={band.name}
    >
      <header>
        <h2>{band.name}</h2>
        <span className="band">
          <Icon name={words.cohort ?? (band.single ? 'any' : sexGlyph[band.sex])} />
          {words.kind}
        </span>
        <span className="end">{words.remark}</span>
      </header>
      <div className="beds">
        {band.bedIds.map((id) => {
          const bed = state.beds.get(id);
          return bed === undefined ? (
            <div key={id} className="tile unknown" aria-label={t('unit.bedNoData', { value: labels.get(id) ?? id })}>
              <header>
                <b>{labels.get(id) ?? id}</b>
                <span className="bed dim">{t('unit.noData')}</span>
              </header>
            </div>
          ) : (
            <Tile
              key={id}
              model={tileModel(bed, { state, minute, local })}
              selected={id === selected}
              tabStop={id === tabStop}
              onOpen={onOpen}
              onFocus={onFocus}
            />
          );
        })}
      </div>
    </section>
  );
}

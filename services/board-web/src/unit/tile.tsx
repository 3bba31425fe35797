import './tile.css';
import { memo } from 'react';
import { BedStateMark, Needs, SexGlyph } from '../ui/bed-state.js';
import { useFlash } from '../ui/changed.js';
import { Clock, Meter } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { initialsShown } from '../ui/labels.js';
import type { TileModel } from './tile-model.js';
import { t } from '../texts/texts.js';
import { markerLabel } from './tile-body.js';

interface Props {
  readonly model: TileModel;
  readonly selected: boolean;
  readonly tabStop: boolean;
  readonly onOpen: (id: string, byKey: boolean) => void;
  readonly onFocus: (id: string) => void;
}

/** One bed: five lines at fixed places in every state; the left edge repeats the state's shape. */
export const Tile = memo(
  function Tile({ model, selected, tabStop, onOpen, onFocus }: Props) {
    const element = useFlash<HTMLDivElement>(model.signature);
    return (
      <div
        ref={element}
        className={`tile s-${model.state} ${model.conflict === null ? '' : 'is-conflict'}`}
        role="button"
        tabIndex={tabStop ? 0 : -1}
        aria-label={model.ariaLabel}
        aria-pressed={selected}
        data-bed={model.id}
        onClick={() => onOpen(model.id, false)}
        onFocus={() => onFocus(model.id)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          onOpen(model.id, true);
        }}
      >
        <header>
          <b>{model.label}</b>
          {model.conflict === null ? (
            <BedStateMark state={model.state} word={model.remark} />
          ) : (
            <span className={`bed conflict ${model.conflict.more === 0 ? '' : 'has-more'}`}>
              <Icon name="conflict" />
              <span>{t('unit.conflict')}</span>
              {model.conflict.more > 0 && `+${model.conflict.more}`}
            </span>
          )}
        </header>
        <Lines model={model} />
      </div>
    );
  },
  (a, b) =>
    a.selected === b.selected &&
    a.tabStop === b.tabStop &&
    a.onOpen === b.onOpen &&
    a.onFocus === b.onFocus &&
    a.model.ariaLabel === b.model.ariaLabel &&
    a.model.signature === b.model.signature &&
    a.model.stay?.bar?.value === b.model.stay?.bar?.value &&
    a.model.progress === b.model.progress,
);

function Lines({ model }: { model: TileModel }) {
  if (model.conflict !== null) {
    return (
      <>
        {model.patient !== null && <Who model={model} />}
        <div className={`foot facts2 ${model.patient === null ? 'alone' : ''}`}>
          {model.conflict.facts.map((f, i) => (
            <span key={i} className={f.source === '' ? 'of-who' : ''}>
              {f.source} <b>{f.says}</b>
            </span>
          ))}
        </div>
        {(model.nameAlert !== null || model.misfit !== null) && (
          <div className="with">
            <NameAlert model={model} />
            <Misfit model={model} />
          </div>
        )}
      </>
    );
  }
  switch (model.state) {
    case 'occupied':
      return (
        <>
          <Who model={model} />
          <div className="with">
            <NameAlert model={model} />
            <Misfit model={model} />
            {model.others.length > 0 && (
              <b>
                {t('unit.with2')} {model.others.map(initialsShown).join(', ')}
              </b>
            )}
            <Needs list={model.needs} />
          </div>
          <Stay model={model} />
          <div className="foot">
            <Marker model={model} />
            <TileClock model={model} />
          </div>
        </>
      );
    case 'reserved':
      return (
        <>
          <Who model={model} />
          <div className="with">
            <NameAlert model={model} />
            <Misfit model={model} />
            <Needs list={model.needs} />
          </div>
          <div className="foot held">
            <span className="for">
              {model.lead?.first}
              <br />
              {model.lead?.second}
            </span>
            <TileClock model={model} />
          </div>
        </>
      );
    default:
      return (
        <>
          <div className="lead">
            <span>{model.lead?.first}</span>
            <small>{model.lead?.second}</small>
          </div>
          <div className="fits">
            <Misfit model={model} />
            <Needs list={model.needs} />
          </div>
          <div className="foot">
            {model.progress !== null && <Meter value={model.progress} />}
            <TileClock model={model} />
          </div>
        </>
      );
  }
}

function Who({ model }: { model: TileModel }) {
  if (model.patient === null) return <div className="who" />;
  return (
    <div className="who">
      <b>{initialsShown(model.patient)}</b>
      <span>{model.patient.ageBand ?? t('unit.age')}</span>
      <SexGlyph sex={model.patient.sex} />
    </div>
  );
}

/** Two patients of the unit look alike: the number of the visit tells them apart. */
function NameAlert({ model }: { model: TileModel }) {
  if (model.nameAlert === null) return null;
  return (
    <b className="name-alert" title={t('unit.anotherPatientOfThisUnitHas2')}>
      {t('unit.nameAlert')} {model.nameAlert}
    </b>
  );
}

/** Who is here, or is to come, must not be here by the rules of fit. */
function Misfit({ model }: { model: TileModel }) {
  if (model.misfit === null) return null;
  return (
    <b className="misfit" title={model.misfit.why}>
      {model.misfit.word}
    </b>
  );
}

function Stay({ model }: { model: TileModel }) {
  if (model.stay === null) return <div className="los" />;
  return (
    <div className={`los ${model.stay.over ? 'over' : ''}`}>
      {model.stay.bar === null ? <span /> : <Meter value={model.stay.bar.value} mark={model.stay.bar.mark} />}
      {model.stay.words}
    </div>
  );
}

function Marker({ model }: { model: TileModel }) {
  if (model.marker === null) return null;
  return (
    <span className={`flag ${model.marker === 'Confirmed' ? 'confirmed' : ''}`}>
      <Icon name={model.marker === 'Away' || model.marker === 'On leave' ? 'move' : 'out'} />
      {markerLabel[model.marker]}
    </span>
  );
}

function TileClock({ model }: { model: TileModel }) {
  if (model.clock === null) return null;
  return <Clock minutes={model.clock.minutes} target={model.clock.target} note={model.clock.note} />;
}

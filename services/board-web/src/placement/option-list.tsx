import type { BedRequestData } from '@wardstream/events';
import { useLocalTime } from '../app/board-context.js';
import { t } from '../texts/parts/placement.js';
import { BedStateMark } from '../ui/bed-state.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { initialsShown } from '../ui/labels.js';
import type { PlacementOption, PlacementOptions } from './placement-options.js';
import { whyWords } from '../free-beds/why-words.js';

/** The beds to choose from, ranked, each with what it meets, what speaks against it and when. The first is chosen, never carried out. */
export function OptionList({
  options: { possible, withOverride, looked },
  request,
  minute,
  chosen,
  onChoose,
}: {
  options: PlacementOptions;
  request: BedRequestData;
  minute: number;
  chosen: PlacementOption | null;
  onChoose: (bed: string) => void;
}) {
  const local = useLocalTime();
  const who = initialsShown(request.patient);
  const option = (o: PlacementOption, rank: number) => (
    <Option key={o.bed.id} option={o} rank={rank} request={request} isChosen={o === chosen} onChoose={onChoose} />
  );
  return (
    <div role="group" aria-label={t('placement.bedsFor', { who })} className="options">
      <h3 className="group">
        {t('placement.possible')}{' '}
        <span>
          {t('placement.possibleCounts', { n: possible.length, of: looked, at: local.clock(minute * 60_000) })}
        </span>
      </h3>
      {possible.length === 0 && (
        <Empty
          what={t('placement.nonePossible')}
          then={withOverride.length > 0 ? t('placement.nonePossibleThen') : ''}
        />
      )}
      {possible.map((o, i) => option(o, i + 1))}
      {withOverride.length > 0 && (
        <h3 className="group">
          {t('placement.override')} <span>{t('placement.overrideNote')}</span>
        </h3>
      )}
      {withOverride.map((o, i) => option(o, possible.length + i + 1))}
    </div>
  );
}

function Option({
  option: { bed, why, at, breaks, costs },
  rank,
  request,
  isChosen,
  onChoose,
}: {
  option: PlacementOption;
  rank: number;
  request: BedRequestData;
  isChosen: boolean;
  onChoose: (bed: string) => void;
}) {
  const local = useLocalTime();
  const isUnheard = bed.nothingHeard === true;
  const when = isUnheard
    ? t('search.notConfirmed')
    : why === 'free' || at === null
      ? t('placement.now')
      : t('placement.about', { at: local.clock(Date.parse(at)) });
  return (
    <button
      type="button"
      className="panel option"
      aria-pressed={isChosen}
      data-option={bed.id}
      onClick={() => onChoose(bed.id)}
    >
      <span className="rank">{rank}</span>
      <span className="main">
        <span className="head">
          <b>{bed.id}</b> <BedStateMark state={bed.state} />{' '}
          <span className="sub">{isUnheard ? t('search.nothingHeard') : whyWords[why]}</span>
        </span>
        <span className="why">
          {breaks.map((m) => (
            <span key={m.code + m.needed} className="break">
              <Icon name="cross" />
              <b>{m.words}</b>
            </span>
          ))}
          {costs.map((m) => (
            <span key={m.code + m.needed} className="cost">
              <Icon name="clock" />
              <span>{m.words}</span>
            </span>
          ))}
          {breaks.length === 0 && costs.length === 0 && (
            <span className="yes">
              <Icon name="check" />
              <span>{t('placement.meets')}</span>
            </span>
          )}
          {bed.unit === request.toUnit && (
            <span className="yes">
              <Icon name="check" />
              <span>{t('placement.ownUnit')}</span>
            </span>
          )}
        </span>
      </span>
      <span className="gain">
        {t('placement.inBed')} <b>{when}</b>
      </span>
    </button>
  );
}

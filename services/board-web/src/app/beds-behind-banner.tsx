import { useSyncExternalStore } from 'react';
import { Icon } from '../ui/icon.js';
import { counted } from '../ui/labels.js';
import { ageText } from '../time/duration.js';
import { timerMs } from '../time/timer.js';
import { useBeat, usePhase, useStore } from './board-context.js';
import { t } from '../texts/texts.js';

/** As many beds as a line has room for. */
const MOST_NAMED = 6;

/** Says that the beds do not follow the visits any more: one that is shown as free may be taken. Nothing while they do. */
export function BedsBehindBanner() {
  const { bedsBehind } = useStore();
  const behind = useSyncExternalStore(bedsBehind.subscribe, bedsBehind.get);
  const phase = usePhase();
  useBeat();
  if (behind === null || phase !== 'live') return null;
  const { beds, since } = behind;
  const more = beds.length - MOST_NAMED;
  return (
    <div className="banner critical" role="alert">
      <Icon name="critical" />
      {t('app.bedsHaveNotFollowedThePatients', { value: ageText((timerMs() - since) / 1000) })}
      {t('app.namedForAPatientWhoIs', {
        value: counted(beds.length, 'bed'),
        value2: beds.slice(0, MOST_NAMED).join(', '),
      })}
      {more > 0 && t('app.andMore', { more })}
    </div>
  );
}

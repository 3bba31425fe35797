import { useSyncExternalStore } from 'react';
import { Icon } from '../parts/icon.js';
import { counted } from '../parts/words.js';
import { ageText } from '../time/duration.js';
import { timerMs } from '../time/timer.js';
import { useBeat, usePhase, useStore } from './board-context.js';

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
      {`Beds have not followed the patients for ${ageText((timerMs() - since) / 1000)}. A bed shown as free may be taken; `}
      {`${counted(beds.length, 'bed')} named for a patient who is not shown there: ${beds.slice(0, MOST_NAMED).join(', ')}`}
      {more > 0 && ` and ${more} more`}
    </div>
  );
}

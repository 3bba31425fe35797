import { Icon } from '../ui/icon.js';
import { catchingUpWords } from './catching-up.js';
import { useBeat, useCatchingUp, useLocalTime, usePhase } from './board-context.js';
import { t } from '../texts/texts.js';

/** Says that the board is not live yet: it reads a back-fill, or what came during an outage. Nothing while it is live. */
export function CatchingUpBanner() {
  const behind = useCatchingUp();
  const phase = usePhase();
  const beat = useBeat();
  const local = useLocalTime();
  if (behind === undefined || phase !== 'live' || beat === null) return null;
  return (
    <div className="banner warn" role="status">
      <Icon name="silent" />
      {catchingUpWords(behind, local, beat)}
      {t('app.aBedShownAsFreeMay')}
    </div>
  );
}

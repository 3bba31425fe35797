import { durationSpoken } from '../time/duration.js';
import { initialsShown, needLabel, sexLabel, stateLabel } from '../ui/labels.js';
import type { TileModel } from './tile-model.js';
import { t } from '../texts/texts.js';

const markerAriaLabel = {
  Away: t('unit.awayFromTheBed2'),
  'On leave': t('unit.onLeave2'),
  Pending: t('unit.pendingDischarge'),
  Confirmed: t('unit.confirmedDischarge'),
} as const;

/** The whole tile as one sentence for screen readers. */
export function ariaLabelOf(m: Omit<TileModel, 'ariaLabel'>): string {
  const parts = [
    t('unit.bed2', { label: m.label }),
    m.conflict === null ? stateLabel[m.state].toLowerCase() : 'conflict',
  ];
  if (m.remark !== null) parts.push(m.remark.toLowerCase());
  if (m.patient !== null) {
    parts.push(
      [initialsShown(m.patient), m.patient.ageBand ?? '', sexLabel[m.patient.sex].toLowerCase()]
        .filter((w) => w !== '')
        .join(' '),
    );
  }
  if (m.misfit !== null) parts.push(`${m.misfit.word.toLowerCase()}: ${m.misfit.why.replace(/\.$/, '')}`);
  if (m.nameAlert !== null) parts.push(t('unit.nameAlertVisit', { nameAlert: m.nameAlert }));
  for (const other of m.others)
    parts.push(t('unit.with', { other: initialsShown(other), value: other.ageBand ?? '' }).trim());
  if (m.conflict !== null) {
    for (const f of m.conflict.facts) parts.push(`${f.source} ${f.says}`.trim());
    if (m.conflict.more > 0) parts.push(t('unit.andMore', { more: m.conflict.more }));
  }
  for (const n of m.needs) parts.push(needLabel[n].toLowerCase());
  if (m.lead !== null) parts.push([m.lead.first, m.lead.second].filter((w) => w !== '').join(' '));
  if (m.stay !== null)
    parts.push(t('unit.stay2', { words: m.stay.words, value: m.stay.over ? t('unit.longerThanExpected') : '' }));
  if (m.marker !== null) parts.push(markerAriaLabel[m.marker]);
  if (m.clock !== null && m.clock.minutes >= 0) {
    const over = m.clock.target !== null && m.clock.minutes >= m.clock.target ? t('unit.overTarget') : '';
    parts.push(`${m.clock.note === '' ? '' : `${m.clock.note} `}${durationSpoken(m.clock.minutes)}${over}`);
  }
  return parts.join(', ');
}

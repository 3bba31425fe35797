import type { BedView } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import type { Choice } from './conflict-choice.js';
import { t } from '../texts/texts.js';

/** What a person can do about two visits of one patient beside leaving both as they are; none for a conflict of another kind. */
export function patientChoices(conflict: ConflictData): readonly Choice[] {
  switch (conflict.kind) {
    case 'patient-in-two-beds':
    case 'merged-patients-both-in-beds':
      return endings(conflict);
    case 'visit-under-two-numbers':
      return [joining];
    default:
      return [];
  }
}

const joining: Choice = {
  ...{ key: 'join', encounterId: null, label: t('conflicts.theyAreOneVisit'), confirm: t('conflicts.joinTheVisits') },
  done: t('conflicts.visitsJoined'),
  effect: t('conflicts.theyAreOneVisitAsIf'),
  body: { joinVisits: true },
};

/** One choice for each visit that may be over; first the one that ends where the patient likely is not. */
function endings({ facts, likelyIn }: ConflictData): readonly Choice[] {
  const beds = facts.flatMap(({ encounterId, says }) => {
    const place = /^in (.+)$/.exec(says)?.[1];
    return encounterId === undefined || place === undefined ? [] : [{ encounterId, place }];
  });
  const choices = beds.map(({ encounterId, place }): Choice => {
    const others = beds.filter((b) => b.encounterId !== encounterId).map((b) => b.place);
    const said = t('conflicts.movedToTheVisitInIs', { value: others.join(' or '), place });
    return {
      ...{
        key: `end-${encounterId}`,
        encounterId: null,
        label: said,
        confirm: t('conflicts.endTheVisitIn', { place }),
        done: said,
      },
      effect: t('conflicts.theVisitInEndsWhenThe', { place, place2: place }),
      body: { endVisit: encounterId },
    };
  });
  const isLikely = ({ body }: Choice): boolean => likelyIn !== undefined && body.endVisit !== likelyIn;
  return [...choices.filter(isLikely), ...choices.filter((c) => !isLikely(c))];
}

/** Of two patients in one bed: that one is the newborn of the other, as far as their ages and sex let it be so. */
export function motherChoices(
  ids: readonly string[],
  bed: BedView | undefined,
  who: (id: string) => string,
): readonly Choice[] {
  const known = new Map(bed?.occupants.map((o) => [o.encounterId, o.patient] as const));
  return ids.flatMap((newborn): Choice[] => {
    const mother = ids.find((id) => id !== newborn);
    const [child, woman] = [known.get(newborn), known.get(mother ?? '')];
    if (mother === undefined || child === undefined || woman === undefined) return [];
    const mayBe = (child.ageBand ?? '0s') === '0s' && woman.ageBand !== '0s' && woman.sex !== 'male';
    if (!mayBe) return [];
    const said = t('conflicts.isTheNewbornOf', { newborn: who(newborn), mother: who(mother) });
    const label = said.charAt(0).toUpperCase() + said.slice(1);
    const path = `/api/v1/encounters/${encodeURIComponent(newborn)}/mother`;
    return [
      {
        ...{
          key: `newborn-${newborn}`,
          encounterId: null,
          label,
          confirm: t('conflicts.linkMotherAndNewborn'),
          done: label,
        },
        effect: t('conflicts.bothAreShownInOneBed'),
        ...{ body: { mother }, elsewhere: { path, undo: `${path}/withdraw` } },
      },
    ];
  });
}

import type { FreeBedAnswer } from '@wardstream/api-contract';
import { t } from '../texts/texts.js';

/** Why a bed can be had when it can. */
export const whyWords: Readonly<Record<FreeBedAnswer['why'], string>> = {
  free: t('search.whyFree'),
  cleaning: t('search.whyCleaning'),
  dirty: t('search.whyDirty'),
  'discharge-confirmed': t('search.whyConfirmed'),
  'discharge-pending': t('search.whyPending'),
  'discharge-expected': t('search.whyExpected'),
  'reserved-until': t('search.whyReserved'),
  'blocked-until': t('search.whyBlocked'),
};

import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useBoard } from '../app/board-context.js';
import { go, hrefTo } from '../app/navigation.js';
import { lastUnit } from './last-unit.js';
import { UnitPage } from './unit-page.js';

/** The unit that the path names. */
export function UnitRoute() {
  const unit = useParams({ strict: false, select: (params: { unit?: string }) => params.unit });
  return unit === undefined ? null : <UnitPage key={unit} unit={unit} />;
}

/** No unit named: on to the one this tab looked at last, else to the first there is. */
export function FirstUnit() {
  const units = useBoard((s) => s.facility?.units);
  const wanted = lastUnit() ?? units?.[0]?.id ?? null;
  const known =
    wanted !== null && (units === undefined || units.some((u) => u.id === wanted)) ? wanted : units?.[0]?.id;
  useEffect(() => {
    if (known !== undefined) go(hrefTo({ page: 'unit', unit: known }), true);
  }, [known]);
  return null;
}

import type { Isolation } from '@wardstream/events';
import { useState } from 'react';
import { ActionButton } from '../actions/action-button.js';
import { t } from '../texts/parts/ward.js';
import { needLabel } from '../ui/labels.js';
import { askForBed, isolationOf, type OnWard, type Wanted } from './ward-acts.js';
import type { WardPatient } from './ward-list.js';
import type { WardUnit } from './ward-picture.js';

const priorities = ['routine', 'urgent', 'stat'] as const;
const kinds = ['none', 'contact', 'droplet', 'airborne', 'protective'] as const;

/** What bed is asked for: where, how urgent, in which isolation; what else the patient needs goes with it. */
export function BedForm({ at, patient, units }: { at: OnWard; patient: WardPatient; units: readonly WardUnit[] }) {
  const others = units.filter(({ id }) => id !== at.unit.id);
  const [unit, setUnit] = useState('');
  const [priority, setPriority] = useState<Wanted['priority']>('routine');
  const [isolation, setIsolation] = useState<Isolation>(isolationOf(patient));
  const toUnit = others.find(({ id }) => id === unit) ?? null;
  return (
    <div className="bed-form">
      <label className="field">
        {t('ward.bedForUnit')}
        <select value={unit} onChange={(event) => setUnit(event.target.value)}>
          <option value="">{t('ward.anyUnit')}</option>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {id} {name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {t('ward.priority')}
        <select value={priority} onChange={(event) => setPriority(event.target.value as Wanted['priority'])}>
          {priorities.map((each) => (
            <option key={each} value={each}>
              {t(`ward.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {t('ward.isolation')}
        <select value={isolation} onChange={(event) => setIsolation(event.target.value as Isolation)}>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {kind === 'none' ? t('ward.none') : needLabel[kind]}
            </option>
          ))}
        </select>
      </label>
      <ActionButton action={askForBed(at, patient, { toUnit, priority, isolation })} primary />
    </div>
  );
}

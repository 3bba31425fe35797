import { roles } from '@wardstream/access';
import type { FacilityList } from '@wardstream/api-contract';
import { useFetched } from '../app/use-fetched.js';
import { roleLabel } from '../ui/labels.js';
import { t } from '../texts/parts/users.js';
import { type Grants, toggled, unitsWithin } from './user-shape.js';

interface Choice {
  readonly id: string;
  readonly label: string;
}

/** What somebody may do, and where. */
export function GrantsFields({ grants, onChange }: { grants: Grants; onChange: (next: Grants) => void }) {
  const { value } = useFetched<FacilityList>('/api/v1/facilities');
  const facilities = (value?.items ?? []).map(({ id, name }) => ({ id, label: name }));
  const units = (value?.items ?? []).flatMap((of) =>
    of.units.map((unit) => ({ id: `${of.id}/${unit.id}`, label: `${of.id} ${unit.id}` })),
  );
  const theirs = units.filter(({ id }) => unitsWithin([id], grants.facilities)!.length > 0);
  return (
    <>
      <fieldset className="user-choices">
        <legend>{t('users.roles')}</legend>
        {roles.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={grants.roles.includes(role)}
              onChange={() => onChange({ ...grants, roles: toggled(roles, grants.roles, role) })}
            />
            {roleLabel[role]}
          </label>
        ))}
      </fieldset>
      <Scope
        legend={t('users.facilities')}
        everything={t('users.everyFacility')}
        choices={facilities}
        chosen={grants.facilities}
        onChange={(next) => onChange({ ...grants, facilities: next, units: unitsWithin(grants.units, next) })}
      />
      <Scope
        legend={t('users.units')}
        everything={t('users.everyUnit')}
        note={t('users.unitsFor')}
        choices={theirs}
        chosen={grants.units}
        onChange={(next) => onChange({ ...grants, units: next })}
      />
    </>
  );
}

/** All of something, also what comes later, or only these. */
function Scope({
  legend,
  everything,
  note,
  choices,
  chosen,
  onChange,
}: {
  legend: string;
  everything: string;
  note?: string;
  choices: readonly Choice[];
  chosen: readonly string[] | null;
  onChange: (next: string[] | null) => void;
}) {
  // What is chosen and no more configured stays in sight, so that it can be taken away.
  const known = choices.map(({ id }) => id);
  const gone = (chosen ?? []).filter((id) => !known.includes(id)).map((id) => ({ id, label: id }));
  const all = [...choices, ...gone];
  return (
    <fieldset className="user-choices">
      <legend>{legend}</legend>
      {note !== undefined && <p className="user-note">{note}</p>}
      <label className="user-whole">
        <input type="radio" checked={chosen === null} onChange={() => onChange(null)} />
        {everything}
      </label>
      <label className="user-whole">
        <input type="radio" checked={chosen !== null} onChange={() => onChange([])} />
        {t('users.onlyThese')}
      </label>
      {chosen !== null &&
        all.map(({ id, label }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={() =>
                onChange(
                  toggled(
                    all.map((each) => each.id),
                    chosen,
                    id,
                  ),
                )
              }
            />
            {label}
          </label>
        ))}
    </fieldset>
  );
}

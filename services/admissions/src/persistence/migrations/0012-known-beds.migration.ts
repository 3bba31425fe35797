import { defineMigration } from '@wardstream/persistence';

/** Of a bed only its own state is kept: who is in it has no place here. */
export const knownBeds = defineMigration({
  name: '0012-known-beds',
  up: () => [
    `UPDATE bed SET data = json_build_object(
       'id', data -> 'id', 'facility', data -> 'facility', 'version', data -> 'version', 'unit', data -> 'unit',
       'room', data -> 'room', 'bed', data -> 'bed', 'state', data -> 'state', 'since', data -> 'since',
       'asOf', data -> 'asOf', 'cause', data -> 'cause', 'cleaningKind', data -> 'cleaningKind',
       'disputed', coalesce(json_array_length(data -> 'occupants') > 1, false))`,
  ],
});

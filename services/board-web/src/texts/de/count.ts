import type { Texts } from '../texts.js';

export const count: Texts['count'] = {
  bed: '{n, plural, one {# Bett} other {# Betten}}',
  bay: '{n, plural, one {# Platz} other {# Plätze}}',
  slot: '{n, plural, one {# Platz} other {# Plätze}}',
  visit: '{n, plural, one {# Fall} other {# Fälle}}',
  kind: '{n, plural, one {# Art} other {# Arten}}',
  patient: '{n, plural, one {# Patient} other {# Patienten}}',
  request: '{n, plural, one {# Anforderung} other {# Anforderungen}}',
  openRequest: '{n, plural, one {# offene Anforderung} other {# offene Anforderungen}}',
  newAlert: '{n, plural, one {# neuer Alarm} other {# neue Alarme}}',
  unit: '{n, plural, one {# Station} other {# Stationen}}',
  conflict: '{n, plural, one {# Konflikt} other {# Konflikte}}',
  event: '{n, plural, one {# Ereignis} other {# Ereignisse}}',
  message: '{n, plural, one {# Nachricht} other {# Nachrichten}}',
  fault: '{n, plural, one {# Fehler} other {# Fehler}}',
  unknownCode: '{n, plural, one {# unbekannter Code} other {# unbekannte Codes}}',
  day: '{n, plural, one {# Tag} other {# Tage}}',
  hour: '{n, plural, one {# Stunde} other {# Stunden}}',
  minute: '{n, plural, one {# Minute} other {# Minuten}}',
};

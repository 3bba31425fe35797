import type { Texts } from '../texts.js';

export const tour: Texts['tour'] = {
  theHouseInSixNumbers: 'Das Haus in sechs Zahlen',
  eachSaysWhatItIsOut: 'Jede sagt, wovon sie ein Teil ist. Was niemand gemeldet hat, ist „keine Daten“, nie 0.',
  units: 'Stationen',
  oneCellIsOneBedBy:
    'Eine Zelle ist ein Bett, nach Zustand; der Strich zeigt, ab wann die Station handeln soll. Die unter dem größten Druck kommen zuerst. Wählen Sie eine, um sie zu öffnen.',
  oldestWaits: 'Älteste Wartezeiten',
  whoHasNeededABedLongest: 'Wer am längsten ein Bett braucht, gegen das Ziel, und was dazwischensteht.',
  alerts: 'Alarme',
  whatHoldsUpTheHouseThe:
    'Was das Haus aufhält, das Schlimmste zuerst. Übernehmen Sie einen, und er trägt Ihren Namen; wird er schlimmer, kommt er wieder.',
  ageOfTheData: 'Alter der Daten',
  howLongAgoEachSystemWas:
    'Vor wie langer Zeit jedes System gehört wurde. Ein stilles wird genannt, und auch, was davon abhängt.',
  roomsAndTiles: 'Zimmer und Kacheln',
  forWhomARoomIsAnd:
    'Für wen ein Zimmer ist, und eine Kachel je Bett: wer, was sie brauchen, wie lange sie hier sind und bleiben sollen, worauf gewartet wird.',
  aBed: 'Ein Bett',
  whereFactsDisagreeYouSeeBoth:
    'Wo Angaben sich widersprechen, sehen Sie beide und wählen. Darunter: was Sie tun können, was abgelehnt ist und warum, und alles, was mit dem Bett geschah.',
  conflicts: 'Konflikte',
  allThatCannotBothBeSo:
    'Alles, was nicht beides stimmen kann, mit wem und wann. Beide gelten, bis eine spätere Angabe oder ein Mensch entscheidet.',
  messages: 'Nachrichten',
  whatCouldNotBeUsedAs:
    'Was nicht verwendet werden konnte, wie es kam, oder einen Ort nennt, den noch niemand zugeordnet hat. Nichts geht verloren: hier wird es berichtigt und erneut verarbeitet.',
  findAndKeys: 'Finden und Tasten',
  pressToFindABedUnit:
    'Drücken Sie / für Bett, Station oder Fall und ? für alle Tasten. Dieser Rundgang steht im Menü unter Ihrem Namen.',
  tour: 'Rundgang',
  aDemonstrationHospital: 'Ein Vorführkrankenhaus.',
  itsPeopleAreInventedAndIts: 'Seine Menschen sind erfunden, und seine Zeit läuft',
  timesAsFastAFewStops: '-mal so schnell. Ein paar Stationen zeigen, wo was ist.',
  showMe: 'Zeigen',
  notNow: 'Nicht jetzt',
  of: 'von',
  back: 'Zurück',
  done: 'Fertig',
  next: 'Weiter',
  closeTheTour: 'Rundgang schließen',
};

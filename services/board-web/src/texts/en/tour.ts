export const tour = {
  theHouseInSixNumbers: 'The house in six numbers',
  eachSaysWhatItIsOut: 'Each says what it is out of. What nobody has told is “no data”, never 0.',
  units: 'Units',
  oneCellIsOneBedBy:
    'One cell is one bed, by state; the tick is where the unit should act. Those under most pressure come first. Choose one to open it.',
  oldestWaits: 'Oldest waits',
  whoHasNeededABedLongest: 'Who has needed a bed longest, against the target, and what stands between them and it.',
  alerts: 'Alerts',
  whatHoldsUpTheHouseThe:
    'What holds up the house, the worst first. Take one, and it carries your name; when it grows worse it comes back.',
  ageOfTheData: 'Age of the data',
  howLongAgoEachSystemWas:
    'How long ago each system was heard. One that is silent is named, and so is what depends on it.',
  roomsAndTiles: 'Rooms and tiles',
  forWhomARoomIsAnd:
    'For whom a room is, and a tile for each bed: who, what they need, how long they have been here and are expected to stay, what is waited for.',
  aBed: 'A bed',
  whereFactsDisagreeYouSeeBoth:
    'Where facts disagree you see both and choose. Below: what you can do, what is refused and why, and all that happened to the bed.',
  conflicts: 'Conflicts',
  allThatCannotBothBeSo:
    'All that cannot both be so, with who said it and when. Both stand until a later fact or a person settles it.',
  messages: 'Messages',
  whatCouldNotBeUsedAs:
    'What could not be used as it came, or names a place that nobody has mapped yet. Nothing is lost: it is corrected and replayed here.',
  findAndKeys: 'Find, and keys',
  pressToFindABedUnit:
    'Press / to find a bed, unit or visit, and ? for all keys. This tour is in the menu under your name.',
  tour: 'Tour',
  aDemonstrationHospital: 'A demonstration hospital.',
  itsPeopleAreInventedAndIts: 'Its people are invented and its time runs',
  timesAsFastAFewStops: 'times as fast. A few stops show where things are.',
  showMe: 'Show me',
  notNow: 'Not now',
  of: 'of',
  back: 'Back',
  done: 'Done',
  next: 'Next',
  closeTheTour: 'Close the tour',
} as const;

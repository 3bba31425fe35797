import type { Person } from './acts.js';
import type { Draws } from './draws.js';
import { DAY } from './local-time.js';

/** Every name here is made up of common parts; none is meant to be a person. Some carry accents, as names do. */
const FAMILY = [
  ...['Abbott', 'Acheson', 'Adeyemi', 'Ainsley', 'Albrecht', 'Alderton', 'Amankwah', 'Antoniou', 'Ashdown', 'Atwell'],
  ...['Baptiste', 'Barrowman', 'Bexley', 'Bhandari', 'Birchall', 'Bjørnstad', 'Blackmore', 'Boateng', 'Braithwaite'],
  ...['Brightwell', 'Brodie', 'Burrage', 'Cadwallader', 'Calloway', 'Castellan', 'Chaudhuri', 'Chigwell', 'Colbeck'],
  ...[
    'Coyle',
    'Cresswell',
    "D'Arcy",
    'Dahlberg',
    'Danquah',
    'Delacroix',
    'Dinsdale',
    'Dobrowski',
    'Draycott',
    'Dunmore',
  ],
  ...['Eastham', 'Ekström', 'Elphick', 'Esposito', 'Fairclough', 'Farrant', 'Ferreira', 'Fitzalan', 'Fothergill'],
  ...['Galbraith', 'Garside', 'Geraghty', 'Gillespie', 'Goldthorpe', 'Grzelak', 'Hallworth', 'Haverstock', 'Hendry'],
  ...['Herzog', 'Holroyd', 'Hussein', 'Ibekwe', 'Inglewood', 'Iqbal', 'Jankowski', 'Jessop', 'Kaminski', 'Kaur'],
  ...['Kavanagh', 'Keighley', 'Khatun', 'Kowalczyk', 'Lanyon', 'Larkspur', 'Leclerc', 'Lindqvist', 'Lockwood', 'Lund'],
  ...['MacAulay', 'Mainwaring', 'Marchetti', 'Marlowe', 'McGarry', 'Mehta', 'Mendes', 'Mistry', 'Moorcroft', 'Müller'],
  ...['Nakamura', 'Netherby', 'Njoroge', 'Norgate', "O'Dowd", 'Oakeshott', 'Okonkwo', 'Ormerod', 'Osei', 'Oyelaran'],
  ...['Papadakis', 'Pemberton', 'Penhallow', 'Petrov', 'Pickersgill', 'Quarmby', 'Quayle', 'Rafferty', 'Rahman'],
  ...['Ravenscroft', 'Redfern', 'Ridgeway', 'Rosenthal', 'Rutherglen', 'Saltmarsh', 'Santos', 'Seddon', 'Shackleton'],
  ...[
    'Silva',
    'Skelton',
    'Sørensen',
    'Stainforth',
    'Strickland',
    'Szabó',
    'Tanaka',
    'Tattersall',
    'Thackray',
    'Thorne',
  ],
  ...[
    'Tolland',
    'Treloar',
    'Uddin',
    'Underhill',
    'Varga',
    'Vaughan',
    'Verhoeven',
    'Wadsworth',
    'Walkden',
    'Weatherall',
  ],
  ...[
    'Whittaker',
    'Winterbourne',
    'Wolstenholme',
    'Wójcik',
    'Yarwood',
    'Yeadon',
    'Yilmaz',
    'Zając',
    'Zielinski',
    'Zuckerman',
  ],
];
const FEMALE = [
  ...[
    'Abigail',
    'Ada',
    'Agnieszka',
    'Alice',
    'Amina',
    'Ana',
    'Anita',
    'Barbara',
    'Beatrix',
    'Brenda',
    'Bridget',
    'Carol',
  ],
  ...[
    'Catherine',
    'Chloé',
    'Daphne',
    'Deborah',
    'Dorothy',
    'Edith',
    'Elena',
    'Elsie',
    'Emma',
    'Esther',
    'Fatima',
    'Fiona',
  ],
  ...['Frances', 'Gillian', 'Grace', 'Hannah', 'Harriet', 'Hilda', 'Irene', 'Isla', 'Janet', 'Jean', 'Joan', 'Joyce'],
  ...[
    'Kathleen',
    'Kezia',
    'Laila',
    'Lesley',
    'Lucy',
    'Maeve',
    'Margaret',
    'Maria',
    'Maureen',
    'Mercy',
    'Mina',
    'Nadia',
  ],
  ...['Nora', 'Olive', 'Pamela', 'Patricia', 'Priya', 'Rachel', 'Rose', 'Ruth', 'Shirley', 'Siân', 'Sylvia', 'Zoë'],
];
const MALE = [
  ...['Adam', 'Ahmed', 'Alan', 'Albert', 'André', 'Anthony', 'Arjun', 'Barry', 'Benedict', 'Brian', 'Callum', 'Cedric'],
  ...['Clive', 'Colin', 'Daniel', 'David', 'Dennis', 'Derek', 'Dmitri', 'Douglas', 'Edmund', 'Elias', 'Ernest', 'Ewan'],
  ...['Francis', 'Frank', 'Geoffrey', 'George', 'Gordon', 'Graham', 'Harold', 'Hassan', 'Hugh', 'Ian', 'Idris', 'Ivan'],
  ...[
    'Jack',
    'James',
    'Joseph',
    'Keith',
    'Kenneth',
    'Kwame',
    'Leonard',
    'Luca',
    'Malcolm',
    'Martin',
    'Mateusz',
    'Neil',
  ],
  ...[
    'Noel',
    'Norman',
    'Oliver',
    'Oscar',
    'Patrick',
    'Peter',
    'Rafael',
    'Raymond',
    'Roger',
    'Ronald',
    'Samuel',
    'Stefan',
  ],
  ...['Stanley', 'Terence', 'Thomas', 'Victor', 'Walter', 'Wilfred', 'Yusuf', 'Zoltán'],
];

/** Ages in years as bands with weights. */
export type AgeBands = readonly (readonly [readonly [number, number], number])[];

export const ages = {
  emergency: [
    [[16, 29], 20],
    [[30, 44], 18],
    [[45, 59], 18],
    [[60, 74], 20],
    [[75, 84], 15],
    [[85, 97], 9],
  ],
  medical: [
    [[18, 39], 8],
    [[40, 59], 17],
    [[60, 74], 29],
    [[75, 84], 28],
    [[85, 98], 18],
  ],
  older: [
    [[76, 84], 45],
    [[85, 99], 55],
  ],
  surgical: [
    [[18, 39], 20],
    [[40, 59], 33],
    [[60, 74], 30],
    [[75, 88], 17],
  ],
  maternity: [
    [[18, 24], 17],
    [[25, 34], 58],
    [[35, 43], 25],
  ],
} satisfies Record<string, AgeBands>;

/** Makes people, one after another; numbers never repeat within a run. */
export class People {
  private count = 0;

  constructor(
    private readonly draws: Draws,
    private readonly firstMrn: number,
  ) {}

  make(at: number, bands: AgeBands, sex?: Person['sex']): Person {
    const { draws } = this;
    const [low, high] = draws.weighted(bands);
    const age = draws.uniform(low, high + 1);
    const drawn = draws.chance(0.51) ? 'female' : 'male';
    const own = sex ?? drawn;
    return {
      mrn: String(this.firstMrn + this.count++),
      family: draws.pick(FAMILY),
      given: draws.pick(own === 'female' ? FEMALE : MALE),
      born: new Date(at - age * 365.25 * DAY).toISOString().slice(0, 10).replaceAll('-', ''),
      sex: own,
    };
  }
}

/** Doctors as PV1-7 names them: code, family name, given name. By hospital service. */
export const doctors: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  EMR: [
    ['D1042', 'Sallow', 'Ingrid'],
    ['D1077', 'Nwosu', 'Peter'],
    ['D1103', 'Hartnell', 'Claire'],
  ],
  MED: [
    ['D2011', 'Prideaux', 'Anne'],
    ['D2034', 'Chowdhury', 'Rafiq'],
    ['D2058', 'Lindgren', 'Maja'],
  ],
  SUR: [
    ['D3005', 'Strachan', 'Fergus'],
    ['D3019', 'Vellacott', 'Ruth'],
  ],
  ORT: [['D3106', 'Haldane', 'Simon']],
  CAR: [['D2203', 'Moretti', 'Giulia']],
  PUL: [['D2301', 'Okafor', 'Chidi']],
  GER: [['D2409', 'Wyndham', 'Elspeth']],
  NEU: [['D2510', 'Sandoval', 'Inés']],
  ONC: [['D2602', 'Farouk', 'Layla']],
  OBS: [
    ['D4001', 'Tremaine', 'Judith'],
    ['D4015', 'Bosco', 'Esi'],
  ],
  ICU: [['D5002', 'Kessler', 'Jonas']],
};

/** The doctor in charge of a new patient of a service. */
export function doctorOf(service: string, draws: Draws): readonly [string, string, string] {
  return draws.pick(doctors[service] ?? doctors['MED']!);
}

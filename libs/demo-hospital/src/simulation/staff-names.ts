/** The people who clean, by pool; all invented. Who is on duty is taken from the front of the list. */
export const cleaners = {
  house: [
    ...['Marta Kowalska', 'Joseph Adeyemi', 'Leila Haddad', 'Tomasz Wrona', 'Grace Mensah', 'Dilip Rao', 'Agnes Toth'],
    ...['Samuel Okoro', 'Ivana Petrova', 'Carlos Mendes', 'Bridget Nolan', 'Yusuf Demir', 'Hana Novak', 'Emeka Obi'],
    ...['Signe Dahl', 'Paulo Reis', 'Amina Diallo', 'Stefan Ilic', 'Maeve Quinn', 'Kofi Darko'],
  ],
  ED: ['Nadia Karim', 'Peter Sully', 'Ama Boateng', 'Luka Horvat'],
  REC: ['Rosa Bianchi', 'Owen Tully'],
} as const;

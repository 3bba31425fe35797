/** Beds of Northgate General that real patients may lie in, as PV1-3 writes them. */
export const someBeds: readonly string[] = ['4B', '5A', '3A', '3B', '4C'].flatMap((unit) =>
  ['A^01', 'A^02', 'A^03', 'A^04', 'B^05', 'B^06', 'B^07', 'B^08'].map((place) => `${unit}^${place}`),
);

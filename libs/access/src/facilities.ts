/** The facilities that a token is for, by their ids; null is all of them, also those that are configured later. */
export type Facilities = readonly string[] | null;

/** Whether who has these may see and do what concerns this facility. What belongs to no facility that is known is for those alone who have all. */
export function covers(facilities: Facilities, facility: string | null): boolean {
  return facilities === null || (facility !== null && facilities.includes(facility));
}

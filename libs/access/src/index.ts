export { type ActKind, type ActName, acts, type ActSubject, whatActDoes } from './acts.js';
export {
  allowedRoles,
  givingRoles,
  may,
  type Permission,
  permissions,
  refusalOf,
  showsPatients,
} from './permissions.js';
export { type Role, roleNamed, roles } from './roles.js';
export { coversPatient, coversUnit, type Units, unitsOf } from './units.js';
export { covers, type Facilities } from './facilities.js';

import type { Role } from '@wardstream/service-kit';

/** Who may see who a patient is; everybody else sees initials, decade of age and sex. */
export const namesFor: readonly Role[] = ['bed-manager', 'department-staff', 'administrator'];

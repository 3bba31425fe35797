/** The facilities that are configured here, their places and what their beds are: a copy that bed-management keeps up to date. */
export { Directories } from './directories.js';
export { bedsOf, type BedCopy, bedCopyOf, saveBeds } from './persistence/bed.rows.js';
export { directoryRoom } from './directory.room.js';

/** Reading and checking sender profiles, for whoever does so apart from the running service. */
export { readSenderFiles } from './profile-file.js';
export { type ReadProfile, type SenderFault, SenderFilesError } from './sender-files.js';
export { readSource } from './source.js';

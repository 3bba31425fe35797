/** Reading and checking sender profiles, for whoever does so apart from the running service. */
export { type ReadProfile, readSenderFiles, type SenderFault, SenderFilesError } from './profile-file.js';
export { readSource } from './source.js';

/** Where the feed tells what it does; a pino logger fits. No line holds anything of a patient. */
export interface FeedLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  debug(details: object, message: string): void;
}

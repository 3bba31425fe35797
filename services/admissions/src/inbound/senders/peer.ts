/** The other end of a connection by which a message came. */
export interface Peer {
  /** Its IP address. */
  readonly address: string;
  /** By which it showed who it is, where TLS asks for that. */
  readonly certificate: {
    /** SHA-256, 64 hexadecimal digits in small letters. */
    readonly fingerprint: string;
    /** `CN=…` and so on, a line each. */
    readonly subject: string;
  } | null;
}

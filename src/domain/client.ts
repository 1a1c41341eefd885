/** Where a call comes from, for the log and for the list of sessions. */
export interface Client {
  requestId: string;
  /** The address, as far as trusted proxies tell it. */
  ip: string;
  /** What the client calls itself, at most 256 characters; empty where it does not say. */
  userAgent: string;
}

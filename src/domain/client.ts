/** The origin of a request, for the log and the list of sessions. */
export interface Client {
  requestId: string;
  /** As reported by trusted proxies, in the form of `canonicalAddress`. */
  ip: string;
  /** At most 256 characters; empty if not sent. */
  userAgent: string;
}

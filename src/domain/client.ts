/** Where a call comes from, for the log. */
export interface Client {
  requestId: string;
  /** The address, as far as trusted proxies tell it. */
  ip: string;
}

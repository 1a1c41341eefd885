export interface Session {
  id: string;
  userId: string;
  /** Of the login or the last refresh. */
  ip: string;
  userAgent: string;
  createdAt: Date;
  /** When it was last refreshed. */
  lastUsedAt: Date;
  /** When it ends unless it is refreshed. */
  expiresAt: Date;
  /** When it ends even if it is refreshed. */
  endsAt: Date;
}

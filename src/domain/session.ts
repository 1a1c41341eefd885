/** One sign-in of one person, as they see it in their list. */
export interface Session {
  id: string;
  userId: string;
  /** The address it began at, or was last refreshed from. */
  ip: string;
  userAgent: string;
  createdAt: Date;
  /** When it was last refreshed. */
  lastUsedAt: Date;
  /** When it ends if it is not used any more. */
  expiresAt: Date;
  /** When it ends however much it is used. */
  endsAt: Date;
}

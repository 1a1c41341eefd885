/** What each generated client is asked to do. */
export interface Visit {
  baseUrl: string;
  /** The credentials of an administrator. */
  admin: { email: string; password: string };
  /** A new account. */
  newcomer: { email: string; password: string; first_name: string; last_name: string };
}

/** What it saw, in the order of its calls. */
export interface Seen {
  /** signUp: the role of the new account. */
  role: string;
  /** signUp again: the error code. */
  taken: string;
  /** getCurrentUser: the address of the administrator. */
  me: string;
  /** listUsers with filters: the addresses. */
  listed: string[];
  /** updateUser: whether the account is active. */
  isActive: boolean;
  /** logIn of the deactivated account: the error code. */
  refused: string;
  /** logOut: the status. */
  loggedOut: number;
  /** getCurrentUser after that: the error code. */
  ended: string;
}

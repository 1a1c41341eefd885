/** What a person may do. */
export type Role = 'user' | 'admin';

/** A person with an account, as the layers above the repositories know them. */
export interface User {
  id: string;
  /** Normalised: see `normalizeEmail`. */
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  isActive: boolean;
  /** When its owner proved that the address is theirs; null until then. */
  emailVerifiedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What proves who somebody is. Only the authentication service looks at it. */
export interface Credential {
  user: User;
  passwordHash: string;
  /** Counts how often the password was changed. A renewed hash of the same password does not count. */
  passwordVersion: number;
}

export interface NewUser {
  email: string;
  firstName: string;
  lastName: string;
  passwordHash: string;
}

/** What people may change about themselves. Undefined stays as it is. */
export interface UserChanges {
  firstName?: string | undefined;
  lastName?: string | undefined;
}

/** What administrators change. Undefined stays as it is. */
export interface UserAccess {
  isActive?: boolean | undefined;
  role?: Role | undefined;
}

/** Which accounts; undefined: whatever it is. */
export interface UserFilter {
  /** What the address begins with, in any case. */
  emailPrefix: string | undefined;
  role: Role | undefined;
  isActive: boolean | undefined;
  createdFrom: Date | undefined;
  createdBefore: Date | undefined;
}

/** An account as another system had it. */
export interface ImportedUser extends NewUser {
  isActive: boolean;
  emailVerifiedAt: Date | null;
}

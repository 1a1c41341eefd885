export type Role = 'user' | 'admin';

/** An account without its credentials. */
export interface User {
  id: string;
  /** Normalised: see `normalizeEmail`. */
  email: string;
  firstName: string;
  lastName: string;
  role: Role;
  isActive: boolean;
  /** When its owner verified the address; null until then. */
  emailVerifiedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface Credential {
  user: User;
  passwordHash: string;
  /** Number of password changes, not counting rehashes. */
  passwordVersion: number;
}

export interface NewUser extends Pick<User, 'email' | 'firstName' | 'lastName'> {
  passwordHash: string;
}

/** What people may change about themselves; undefined leaves a field unchanged. */
export interface UserChanges {
  firstName?: string | undefined;
  lastName?: string | undefined;
}

/** What administrators may change; undefined leaves a field unchanged. */
export interface UserAccess {
  isActive?: boolean | undefined;
  role?: Role | undefined;
}

/** Conditions on accounts; undefined matches all. */
export interface UserFilter {
  /** Beginning of the address, case-insensitive. */
  emailPrefix: string | undefined;
  role: Role | undefined;
  isActive: boolean | undefined;
  createdFrom: Date | undefined;
  createdBefore: Date | undefined;
}

export interface ImportedUser extends NewUser {
  isActive: boolean;
  emailVerifiedAt: Date | null;
}

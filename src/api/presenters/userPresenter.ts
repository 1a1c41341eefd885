import type { components } from '../../../generated/api.js';
import type { User } from '../../domain/user.js';

/** An account as the API shows it. */
export function presentUser(user: User): components['schemas']['User'] {
  return {
    id: user.id,
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    role: user.role,
    is_active: user.isActive,
    email_verified_at: user.emailVerifiedAt?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

import type { Role } from '../api/types';
import { list } from '../format';
import { t } from '../messages/people';

/** What staff may be; a patient is only that. */
export const STAFF_ROLES = ['provider', 'coordinator', 'admin'] as const satisfies readonly Role[];

/** "Admin and provider" */
export function rolesInWords(roles: readonly Role[]): string {
  return list(
    roles.map((role, index) => (index === 0 ? t.roleNames[role] : t.roleNames[role].toLowerCase())),
  );
}

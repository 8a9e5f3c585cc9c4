/**
 * What is being filled in: in memory only, gone with the page or on signing out.
 *
 * A sign-in that ends by its age does not take them along: the same person finds them again after signing in.
 */
const held = new Map<string, unknown>();
let owner = '';

export const drafts = {
  get<T>(key: string): T | undefined {
    return held.get(key) as T | undefined;
  },
  set(key: string, value: unknown): void {
    held.set(key, value);
  },
  delete(key: string): void {
    held.delete(key);
  },
  clear(): void {
    held.clear();
    owner = '';
  },
  /** Somebody is signed in; what another person left goes. */
  belongTo(user_id: string): void {
    if (owner !== '' && owner !== user_id) held.clear();
    owner = user_id;
  },
};

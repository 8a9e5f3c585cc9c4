/** What is being filled in: in memory only, gone with the page or on signing out. */
const held = new Map<string, unknown>();

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
  },
};

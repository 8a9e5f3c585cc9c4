/** One-time links carry their token after the #, which no server sees; a pasted link works as well. */
export function tokenIn(text: string): string {
  const found = /[#?&]?token=([^&\s]+)/.exec(text);
  return decodeURIComponent(found?.[1] ?? '');
}

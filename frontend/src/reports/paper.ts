/** Which paper a person prints on. */
export type Paper = 'a4' | 'letter';

/** Where Letter is what printers hold. Source: CLDR, supplemental data on paper sizes. */
const LETTER = new Set('BZ CA CL CO CR GT MX NI PA PH PR SV US VE'.split(' '));

/** The paper of a language tag's region; of the United States where English comes without one. */
export function usualPaper(languages: readonly string[]): Paper {
  for (const language of languages) {
    try {
      const { region } = new Intl.Locale(language).maximize();
      if (region) return LETTER.has(region) ? 'letter' : 'a4';
    } catch {
      // no language tag
    }
  }
  return 'a4';
}

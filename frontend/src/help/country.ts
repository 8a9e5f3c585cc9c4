/** Where the person is, when that is not where the clinic is. Only a country code is kept. */
const KEY = 'yarrow.country';

export function chosenCountry(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function chooseCountry(code: string): void {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}

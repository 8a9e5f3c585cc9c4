/** Time zones and countries to choose from, as this browser names them. */

export function zones(include: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return known.includes(include) ? known : [include, ...known];
}

/** "America/Denver" as people read it: "America, Denver". */
export function zoneName(zone: string): string {
  return zone.replaceAll('_', ' ').replaceAll('/', ', ');
}

const COUNTRIES =
  'AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW';

export function countries(): { code: string; name: string }[] {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  return COUNTRIES.split(' ')
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The country that the browser's language names, or the United States. */
export function likelyCountry(): string {
  const region = new Intl.Locale(navigator.language).region;
  return region && COUNTRIES.includes(region) ? region : 'US';
}

/** Links that open the phone's dialler and its messages: they work with no connection to us. */

const digits = (number: string) => number.replace(/[^\d+*#]/g, '');

export function tel(number: string): string {
  return `tel:${digits(number)}`;
}

/** `?body=` is what both iOS and Android understand. */
export function sms(number: string, body?: string | null): string {
  return `sms:${digits(number)}${body ? `?body=${encodeURIComponent(body)}` : ''}`;
}

/** Parts of a record in words, for choosing between two versions. */
import type { Intervention, MedicineGiven, Session } from '../api/types';
import { list, number, shortDay } from '../format';
import { t } from '../messages/sessions';
import { type Effect, type Part, type Vital } from './record';
import { clockAt } from './times';

export function effectName(code: string): string {
  return t.effects[code] ?? code;
}

/** The effects of a session in a few words, as said before the next one. */
export function lastEffects(session: Session): string {
  const named = session.effects.map(({ effect, severity }) => {
    const word = effectName(effect).toLowerCase();
    return typeof severity === 'string' ? `${severity} ${word}` : word;
  });
  const text = list(named);
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : t.noEffects;
}

export function partName(part: Part, zone: string): string {
  const dot = part.indexOf('.');
  if (dot < 0) return t.parts[part] ?? part;
  const key = part.slice(dot + 1);
  switch (part.slice(0, dot)) {
    case 'vitals':
      return t.readingPart(clockAt(key.split('#')[0] ?? key, zone));
    case 'effects':
      return t.effectPart(effectName(key));
    case 'checklist':
      return t.checklist[key] ?? (key.startsWith('confirm_') ? t.why : t.decision);
    default:
      return (
        t.discharge[key] ??
        {
          released_by: t.releasedBy,
          released_at: t.releasedAt,
          escort_name: t.escort,
          early_reason: t.earlyWhy,
        }[key] ??
        t.openWhy
      );
  }
}

export function partValue(part: Part, value: unknown, zone: string): string {
  if (value === null || value === undefined || value === '') return t.empty;
  if (value === true) return t.ticked;
  if (part.startsWith('vitals.')) return reading(value as Vital, zone);
  if (part.startsWith('effects.')) {
    const { severity, action } = value as Effect;
    return [severity ? t.severities[severity] : t.ticked, action].filter(Boolean).join(', ');
  }
  switch (part) {
    case 'route':
      return t.routes[value as keyof typeof t.routes] ?? String(value);
    case 'medicine':
      return t.medicines[value as keyof typeof t.medicines] ?? String(value);
    case 'status':
      return t.statuses[String(value)] ?? String(value);
    case 'dose_mg':
    case 'weight_kg':
    case 'infusion_minutes':
      return t.amount(part, Number(value));
    case 'phase':
      return t.sessionPhases[value as keyof typeof t.sessionPhases] ?? String(value);
    case 'medicines_given': {
      const given = (value as MedicineGiven[]).map(({ at, name, amount }) =>
        [at ? clockAt(at, zone) : '', name, amount ?? ''].filter(Boolean).join(' '),
      );
      return given.join('; ') || t.empty;
    }
    case 'interventions': {
      const done = (value as Intervention[]).map(({ at, what }) =>
        [at ? clockAt(at, zone) : '', what].filter(Boolean).join(' '),
      );
      return done.join('; ') || t.empty;
    }
    case 'weight_measured_on':
      return shortDay(String(value));
    case 'started_at':
    case 'ended_at':
    case 'scheduled_at':
    case 'discharge.released_at':
      return clockAt(String(value), zone);
    default:
      return typeof value === 'number' ? number(value, 2) : String(value);
  }
}

function reading(vital: Vital, zone: string): string {
  const parts = [
    vital.systolic === null && vital.diastolic === null
      ? ''
      : `${vital.systolic ?? '–'}/${vital.diastolic ?? '–'}`,
    vital.heart_rate === null ? '' : `${t.heart_rate.toLowerCase()} ${vital.heart_rate}`,
    vital.spo2 === null ? '' : `SpO2 ${vital.spo2} %`,
    vital.breathing_rate === null
      ? ''
      : `${t.breathing_rate.toLowerCase()} ${vital.breathing_rate}`,
    vital.sedation === null ? '' : `${t.sedation.toLowerCase()} ${vital.sedation}`,
  ].filter(Boolean);
  return `${clockAt(vital.at, zone)}: ${parts.join(', ')}`;
}

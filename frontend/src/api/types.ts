/** The API's bodies under the names of the domain. */
import type { components } from './schema';

type Schemas = components['schemas'];

export interface List<T> {
  items: T[];
  next_cursor: string | null;
}

// Installation, clinic, people

export type Meta = Schemas['Meta'];
export type Sealed = Schemas['Sealed'];
export type CrisisResource = Schemas['CrisisResources'];
export type CrisisLine = Schemas['CrisisLine'];
export type Clinic = Schemas['ClinicBody'];
export type Me = Schemas['UserBody'];
export type Role = Schemas['Role'];
export type Weekday = Schemas['Weekday'];
export type Reminders = Schemas['Reminders'];
export type ReminderState = Schemas['ReminderState'];
export type SignIn = Schemas['SignInBody'];
export type User = Schemas['MemberBody'];
export type Invitation = Schemas['InvitationBody'];
export type InvitationPreview = Schemas['PreviewBody'];

// Instruments and responses

export type Instrument = Schemas['Instrument'];
export type Item = Schemas['Item'];
export type ItemRange = Schemas['Range'];
export type AlertRule = Schemas['AlertRule'];
export type Answers = Schemas['Answers'];
export type Submission = Schemas['Submission'];
export type Response = Schemas['ResponseBody'];
export type Task = Schemas['Task'];
export type Tasks = Schemas['Tasks'];

// A clinic's tablet

export type Kiosk = Schemas['Kiosk'];
export type KioskCode = Schemas['KioskCode'];
export type KioskState = Schemas['KioskState'];

// Reports

export type Report = Schemas['Report'];
export type ReportSession = Schemas['ReportSession'];

// Patients

export type SavedFilter = Schemas['SavedFilter'];
export type Caseload = Schemas['CaseloadBody'];
export type CaseloadRow = Schemas['CaseloadRowBody'];
export type Patient = Schemas['PatientBody'];
export type NewPatient = Schemas['NewPatientBody'];
export type PatientMeasure = Schemas['PatientMeasure'];
export type Exposure = Schemas['Exposure'];

// Outcomes

export type Outcomes = Schemas['Outcomes'];
export type Rate = Schemas['Rate'];
export type Mendable = Schemas['Mendable'];

// Treatment

export type Condition = Schemas['Condition'];
export type Course = Schemas['CourseBody'];
export type Plan = Schemas['Protocol'];
export type Assignment = Schemas['Assignment'];
export type Eligibility = Schemas['Eligibility'];
export type Session = Schemas['SessionBody'];
export type SharedSession = Schemas['SharedSessionBody'];
export type Vitals = Schemas['SessionVitals'];
export type SessionPhase = Schemas['SessionPhase'];
export type MedicineGiven = Schemas['MedicineGiven'];
export type Intervention = Schemas['SessionIntervention'];

export type SessionStage = Schemas['SessionStage'];
export type DaySession = Schemas['DaySession'];
export type SessionDay = Schemas['SessionDay'];
export type ArrivalChange = Schemas['SessionArrivalChange'];

// Journal

export type JournalKind = Schemas['JournalKind'];
export type JournalAudience = Schemas['JournalAudience'];
export type JournalEntry = Schemas['JournalEntryBody'];
export type CareTeamMember = Schemas['CareTeamMember'];

// Exports

export type ImportReport = Schemas['ImportReport'];

// Progress

export type Progress = Schemas['Progress'];
export type Measure = Schemas['Measure'];
export type PerSession = Schemas['PerSession'];
export type Daily = Schemas['DailyColumns'];
export type Aligned = Schemas['AlignedProgress'];
export type Lasting = Schemas['Lasting'];

// Alerts

export type Alert = Schemas['Alert'];
export type AlertAction = Schemas['AlertAction'];
export type Level = Schemas['Level'];

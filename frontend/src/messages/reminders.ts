export { en as t } from './en/reminders';

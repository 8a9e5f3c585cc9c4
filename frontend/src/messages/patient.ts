export { en as t } from './en/patient';

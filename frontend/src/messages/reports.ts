export { en as t } from './en/reports';

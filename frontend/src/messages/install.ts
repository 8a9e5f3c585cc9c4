export { en as t } from './en/install';

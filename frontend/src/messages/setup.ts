export { en as t } from './en/setup';

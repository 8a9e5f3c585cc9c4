export { en as t } from './en/responses';

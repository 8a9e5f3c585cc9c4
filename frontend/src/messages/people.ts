export { en as t } from './en/people';

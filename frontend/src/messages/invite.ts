export { en as t } from './en/invite';

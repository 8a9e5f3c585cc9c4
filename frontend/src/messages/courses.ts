export { en as t } from './en/courses';

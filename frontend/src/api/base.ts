/** Where the clinic's server answers. */
export const BASE = '/api/v1';

/** `page`: money is being lost and a person can act now. `warning`: everything else that a person should hear of. */
export const severities = ['page', 'warning'] as const;
export type Severity = (typeof severities)[number];

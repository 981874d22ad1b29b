/** Google's names for what went wrong, by HTTP status. */
const names: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
};

/** An answer that is no success, in the form of all of Google's APIs. */
export class GoogleError extends Error {
  constructor(
    readonly code: number,
    message: string,
    private readonly more: { readonly status?: string; readonly reason?: string; readonly details?: object[] } = {},
  ) {
    super(message);
  }

  get body(): object {
    const { status = names[this.code] ?? 'UNKNOWN', reason = 'badRequest', details = [] } = this.more;
    const errors = [{ message: this.message, domain: 'global', reason }];
    return { error: { code: this.code, message: this.message, status, errors, details } };
  }
}

export const invalid = (message: string) => new GoogleError(400, message, { reason: 'invalid' });
export const notFound = (name: string) =>
  new GoogleError(404, `Resource '${name}' was not found`, { reason: 'notFound' });
export const exists = (name: string) =>
  new GoogleError(409, `Resource '${name}' already exists`, { reason: 'alreadyExists' });
/** A change that was made against an older state than there is. */
export const stale = (message: string) => new GoogleError(409, message, { status: 'ABORTED', reason: 'aborted' });
export const inUse = (name: string, by: string) =>
  new GoogleError(400, `The resource '${name}' is already being used by '${by}'`, {
    reason: 'resourceInUseByAnotherResource',
  });

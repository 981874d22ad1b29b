/** Where a program listens: a TCP port (without a host on every address), or a Unix socket. */
export type Place = { readonly port: number; readonly host?: string } | { readonly socket: string };

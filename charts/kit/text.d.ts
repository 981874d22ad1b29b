/** Scripts, data and Dockerfiles are imported as text: esbuild and jest are told so. */
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.yaml' {
  const text: string;
  export default text;
}
declare module '*/Dockerfile' {
  const text: string;
  export default text;
}
/** Programs of ours by name, each one ES module; whoever bundles or tests this puts them in (bin/bundle.cjs). */
declare const BUNDLED_PROGRAMS: Readonly<
  Record<'guard' | 'agent' | 'chain-exporter' | 'heartbeat' | 'payout-guard' | 'preflight' | 'site-builder', string>
>;
/** The playbook and the roles of signer/, path below it to content; put in likewise. */
declare const SIGNER_FILES: Readonly<Record<string, string>>;

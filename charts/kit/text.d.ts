/** Scripts are imported as text: esbuild and jest are told so. */
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.yaml' {
  const text: string;
  export default text;
}

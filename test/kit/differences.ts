/** Where two sets of files differ, a line each, shortened. */
export function differences(fresh: ReadonlyMap<string, string>, lying: Record<string, string>): string[] {
  const paths = [...new Set([...fresh.keys(), ...Object.keys(lying)])].sort();
  return paths.flatMap((path) => {
    const [now, then] = [fresh.get(path), lying[path]];
    if (now === then) return [];
    if (then === undefined) return [`missing: dist/${path}`];
    if (now === undefined) return [`stray: dist/${path}`];
    const [newLines, oldLines] = [now.split('\n'), then.split('\n')];
    const first = newLines.findIndex((line, i) => line !== oldLines[i]);
    return [`differs: dist/${path}:${first + 1}`, `  - ${oldLines[first] ?? ''}`, `  + ${newLines[first] ?? ''}`];
  });
}

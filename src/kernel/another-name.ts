/** Another name beside that of a file: `plan.json` makes `plan-2.json`, that one `plan-3.json`. */
export function anotherName(file: string): string {
  const [, stem = file, count, ending = ''] =
    /^(.*?)(?:-(\d{1,4}))?(\.[^./\\]*)?$/s.exec(file) ?? [];
  return `${stem}-${Number(count ?? 1) + 1}${ending}`;
}

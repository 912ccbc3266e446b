/* The list of some briefs for other programs, cut out of the lists of all briefs. */

// A record in each format; its first group is the id. That of the first line of a table is "id".
const RECORDS = {
  bib: /^@\w+\{([^,]+),[^]*?^\}\s*/gm,
  ris: /^TY  - .*\s+ID  - (\S+)[^]*?^ER  - *\r?\n\s*/gm,
  csv: /^([^,\r\n]+),(?:"(?:[^"]|"")*"|[^"\n])*\n/gm,
};

/** Save the records of the briefs `ids`, in this order, as a file. Throws when they cannot be loaded. */
export async function download(kind, ids, root) {
  const response = await fetch(new URL(`briefs/briefs.${kind}`, root));
  if (!response.ok) throw new Error(`briefs.${kind}: ${response.status}`);
  const records = new Map([...(await response.text()).matchAll(RECORDS[kind])].map(([record, id]) => [id, record]));
  const file = new Blob((kind === "csv" ? ["id", ...ids] : ids).map((id) => records.get(id)), { type: response.headers.get("content-type") });
  const saved = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `briefs.${kind}` });
  saved.click();
  setTimeout(() => URL.revokeObjectURL(saved.href), 60_000);
}

// Writes occurrences.jsonl anew: each rule of it with the first occurrences that rrule-temporal gives it.
// Use, in a folder with rrule-temporal 2.2.8 and temporal-polyfill installed: node occurrences.mjs < occurrences.jsonl
import { createInterface } from "node:readline";
import { RRuleTemporal } from "rrule-temporal";

const MOST = 12;
const LAST = "20400101T000000";
const written = (time) => time.toPlainDateTime().toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");

for await (const line of createInterface({ input: process.stdin })) {
  const [start, rule, source] = JSON.parse(line);
  const series = new RRuleTemporal({ rruleString: `DTSTART:${start}Z\nRRULE:${rule}` });
  const times = [];
  series.all((time, given) => {
    if (given >= MOST || written(time) > LAST) return false;
    times.push(written(time));
    return true;
  });
  console.log(JSON.stringify([start, rule, source, times]));
}

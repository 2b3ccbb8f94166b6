// Reads an AsyncAPI document with the official parser: node validate.mjs FILE
// Prints one JSON object; exit status 1 when the parser finds an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const findings = diagnostics.map((one) => ({
  severity: one.severity,
  code: one.code,
  path: one.path.join("."),
  message: one.message,
}));
const errors = findings.filter((one) => one.severity === 0);
const channels = document ? document.channels().all().map((one) => one.address()) : [];
const messages = document ? document.allMessages().all().map((one) => one.name()) : [];
console.log(JSON.stringify({ errors, warnings: findings.filter((one) => one.severity === 1), channels, messages }));
process.exit(document && errors.length === 0 ? 0 : 1);

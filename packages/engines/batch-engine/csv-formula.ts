/**
 * Texts that a spreadsheet would run, as a regular expression that RE2 and JavaScript (`u`) read alike. Spreadsheets look past white space.
 */
export const csvFormula = String.raw`^[\s\v\p{Z}]*[=+\-@]|^[\t\r]`;

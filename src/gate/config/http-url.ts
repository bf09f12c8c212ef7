/** Host, port and path, without user info and fragment; the schema has the same pattern. */
const HTTP_URL =
  /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:([0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?([/?][^\s#]*)?$/;

/** Beyond the schema: the host is one that can be, which 999.1.1.1 and [:::] are not. */
export function isHttpUrl(text: string): boolean {
  return HTTP_URL.test(text) && URL.canParse(text);
}

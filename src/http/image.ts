export const imageRule =
  'must be a data URL (`data:image/…;base64,…`) or an https URL of a public host, without credentials'

const dataUrl = /^data:image\/[a-z0-9.+-]{1,40};base64,[A-Za-z0-9+/]+={0,2}$/
const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/

/**
 * Whether a model provider may be asked to load this image. Addresses that mean something only inside a network
 * are refused: the one who fetches may stand in it.
 */
export function isAcceptedImage(image: string): boolean {
  if (dataUrl.test(image)) return true
  if (!/^https:\/\//i.test(image)) return false
  const url = URL.parse(image)
  if (url === null || url.username !== '' || url.password !== '') return false
  return isPublicHost(url.hostname)
}

/** `hostname` is as the URL parser gives it: lower case, and numeric forms of IPv4 as four decimals. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '')
  if (ipv4.test(host) || host.startsWith('[') || !host.includes('.')) return false
  return !/\.(localhost|local|internal|localdomain)$/.test(host)
}

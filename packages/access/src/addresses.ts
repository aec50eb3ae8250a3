import { BlockList, isIP } from 'node:net';

const CIDR = /^([0-9a-f:.]+)\/([0-9]{1,3})$/i;

/** Whether `text` is an address block of RFC 4632 (IPv4) or RFC 4291 §2.3 (IPv6). */
export const isCidr = (text: string): boolean => add(new BlockList(), text);

/**
 * Whether `address` is in one of `cidrs`. An IPv4 address that a dual-stack socket reports as IPv6
 * (`::ffff:10.0.0.1`, RFC 4291 §2.5.5.2) counts as the IPv4 address. Invalid addresses and blocks match nothing.
 */
export function isInside(address: string, cidrs: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const blocks = new BlockList();
  for (const cidr of cidrs) add(blocks, cidr);
  return blocks.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function add(blocks: BlockList, cidr: string): boolean {
  const [, network, prefix] = CIDR.exec(cidr) ?? [];
  const family = isIP(network ?? '');
  if (!network || family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) return false;
  blocks.addSubnet(network, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return true;
}

/** The stone with its light. Decoration. */
export function Waymark() {
  return (
    <svg className="waymark" viewBox="0 0 120 96" aria-hidden="true">
      <path className="waymark-ground" d="M8 86c18-5 34-7 52-7s36 2 52 7" />
      <path className="waymark-stone" d="M46 82 50.5 30c.7-9 5-14.500 11.500-14.500 7 0 10.300 5 11.300 13L79 81c-10-1.600-22-1.400-33 1z" />
      <path className="waymark-light" d="m62.500 36 4.200 7.200-4.200 7.200-4.200-7.200z" />
      <path className="waymark-stars" d="M20 22h.01M98 14h.01M108 40h.01M30 46h.01M88 30h.01M12 58h.01" />
    </svg>
  );
}

export const moveWords = {
  "go.where": "Go where?",
  "go.no_exit": "There is no way in that direction.",
  "go.just_direction": "To go {direction}, type just {direction}.",
  "go.door_closed": "{door} is closed.",
  "go.leaves": "{actor} leaves {way}.",
  "go.leaves_by": "{actor} leaves by the {way}.",
  "go.leaves_dark": "Somebody walks away in the dark.",
  "go.arrives": "{actor} arrives.",
  "go.arrives_from": "{actor} arrives from {from}.",
} as const;

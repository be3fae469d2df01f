const canDo =
  'I can find flights, tell you what they cost, book one and list your bookings. Try “Book the cheapest flight from Oslo to Lima tomorrow”.'

/** For messages that ask for nothing at the desk. */
export function smallTalk(text: string): string {
  if (/^\W*(?:no|nope|not now|never ?mind)\b/i.test(text)) {
    return 'All right. Tell me when you would like to fly somewhere.'
  }
  if (/\b(?:thanks|thank you|thx|cheers|great|perfect|lovely|awesome)\b/i.test(text)) {
    return 'You are welcome. Is there anything else I can do for you?'
  }
  if (/\b(?:bye|goodbye|see you|good night)\b/i.test(text))
    return 'Goodbye, and have a good journey.'
  if (/\b(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|howdy)\b/i.test(text)) {
    return `Hello, and welcome to the travel desk. ${canDo}`
  }
  if (/\b(?:help|what can you|who are you|how do(?:es)?|how can)\b/i.test(text)) return canDo
  if (/^\W*(?:yes|yeah|ok(?:ay)?|sure)\b/i.test(text)) {
    return 'Gladly. From where to where would you like to fly, and on which day?'
  }
  return `I am not sure what you need. ${canDo}`
}
